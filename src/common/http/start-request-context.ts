import type { FastifyReply, FastifyRequest } from 'fastify';
import { notingStored, runInNewContext, StoredPosition } from '../../event-sourcing/index.js';
import { CORRELATION_HEADER, requestContext } from '../correlation/request-context.js';

/** Runs everything that follows for a request, unto its response, in a context of its own. */
export function startRequestContext(
  request: FastifyRequest,
  reply: FastifyReply,
  next: () => void,
): void {
  const context = requestContext(request.headers);
  reply.raw.setHeader(CORRELATION_HEADER, context.correlationId);
  runInNewContext(context, () => notingStored(new StoredPosition(), next));
}
