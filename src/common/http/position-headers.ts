import type { FastifyInstance } from 'fastify';
import { currentStoredPosition, ValidationFailedError } from '../../event-sourcing/index.js';

/** Says with an answer how far into the log one must read to see what the request has done. */
export const POSITION_HEADER = 'Hub-Position';

/** Says with a request how far into the log the answer must have read; as the parameter `after`. */
export const AFTER_HEADER = 'Hub-After';

const POSITION = /^\d{1,15}$/;

/** NaN for what is none: an empty text is not taken for 0, which would wait for nothing. */
export function positionOf(text: unknown): number {
  return typeof text === 'string' && POSITION.test(text) ? Number(text) : NaN;
}

/** Has every answer to a request whose commands succeeded, or that stored something, say its position. */
export function tellPositions(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    const position = currentStoredPosition()?.value;
    if (position !== undefined && reply.statusCode < 400) {
      reply.header(POSITION_HEADER, String(position));
    }
    done(null, payload);
  });
}

/**
 * The position that a request wants to read after: the higher one of its parameter and its header `Hub-After`; undefined
 * where there is neither.
 *
 * @throws ValidationFailedError when the header is no position.
 */
export function positionToReadAfter(
  parameter: number | undefined,
  header: string | undefined,
): number | undefined {
  if (header === undefined) return parameter;
  const position = positionOf(header);
  if (Number.isNaN(position)) {
    const message = `${AFTER_HEADER} must be the ${POSITION_HEADER} of an earlier answer, or 0`;
    const errors = [{ field: AFTER_HEADER, messages: [message] }];
    throw new ValidationFailedError('The request', errors);
  }
  return Math.max(position, parameter ?? 0);
}
