import { isUtf8 } from 'node:buffer';
import { errorCodes, type FastifyInstance, type FastifyRequest } from 'fastify';
import { BATCH, STRUCTURED } from '../cloud-events/index.js';
import { isTooDeep, MAX_JSON_DEPTH } from '../json-depth.js';
import { ProblemException } from '../problem/problem.exception.js';
import { depthOfAnyJson } from './takes-any-json.decorator.js';
import { takesBodies } from './takes-bodies.decorator.js';

/**
 * Every other content type is refused, except those of CloudEvents by routes that take them; so are bytes that are no UTF-8,
 * instead of storing them mutilated, and values that are nested too deeply to be validated.
 */
export function acceptOnlyJson(fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  const parseAny = fastify.getDefaultJsonParser('ignore', 'ignore');
  fastify.removeAllContentTypeParsers();
  const read = (
    request: FastifyRequest,
    body: Buffer,
    done: (error: Error | null, body?: unknown) => void,
  ) => {
    if (!isUtf8(body)) return done(new errorCodes.FST_ERR_CTP_INVALID_JSON_BODY(), undefined);
    const depthOfAny = depthOfAnyJson(request);
    const maxDepth = depthOfAny ?? MAX_JSON_DEPTH;
    if (isTooDeep(body, maxDepth)) return done(tooDeep(maxDepth), undefined);
    const parser = depthOfAny === undefined ? parse : parseAny;
    void parser(request, body.toString('utf8'), done);
  };
  fastify.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, read);
  for (const type of [STRUCTURED, BATCH]) {
    fastify.addContentTypeParser<Buffer>(type, { parseAs: 'buffer' }, (request, body, done) => {
      if (takesBodies(request, type)) return read(request, body, done);
      done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(type), undefined);
    });
  }
}

function tooDeep(maxDepth: number): ProblemException {
  return new ProblemException({
    status: 400,
    code: 'body-too-deep',
    detail: `The body is nested more than ${maxDepth} levels deep.`,
  });
}
