import type { IncomingHttpHeaders } from 'node:http';
import { type MessageContext, UuidV7Generator } from '../../event-sourcing/index.js';

export const CORRELATION_HEADER = 'x-correlation-id';

const ids = new UuidV7Generator();
const PRINTABLE_ASCII = /^[\x20-\x7e]{1,200}$/;
const TRACEPARENT = /^(?!ff)[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}$/;

export interface RequestContext extends MessageContext {
  readonly correlationId: string;
}

/**
 * What the headers of a request say about its circumstances. A correlation id that cannot be used is replaced rather
 * than refused: it is there to find things, and no reason not to do what was asked. The response names the one in use.
 */
export function requestContext(headers: IncomingHttpHeaders): RequestContext {
  const correlationId = headers[CORRELATION_HEADER];
  const traceparent = headers['traceparent'];
  return {
    correlationId:
      typeof correlationId === 'string' && PRINTABLE_ASCII.test(correlationId)
        ? correlationId
        : newCorrelationId(),
    ...(typeof traceparent === 'string' && TRACEPARENT.test(traceparent) && { traceparent }),
  };
}

export function newCorrelationId(): string {
  return ids.next();
}
