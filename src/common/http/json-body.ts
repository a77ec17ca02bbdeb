import { isUtf8 } from 'node:buffer';
import { errorCodes, type FastifyInstance } from 'fastify';
import { ProblemException } from '../problem/problem.exception.js';

/** Far above what anyone means to send, and far below where a function that calls itself for each level overflows. */
const MAX_DEPTH = 100;

/**
 * Every other content type is refused; so are bytes that are no UTF-8, instead of storing them mutilated, and values
 * that are nested too deeply to be validated.
 */
export function acceptOnlyJson(fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>(
    'application/json',
    { parseAs: 'buffer' },
    (request, body, done) => {
      if (!isUtf8(body)) return done(new errorCodes.FST_ERR_CTP_INVALID_JSON_BODY(), undefined);
      if (isDeeperThan(MAX_DEPTH, body)) return done(tooDeep(), undefined);
      void parse(request, body.toString('utf8'), done);
    },
  );
}

const [QUOTE, BACKSLASH, ...BRACKETS] = Buffer.from('"\\[{]}');
const [OPEN_LIST, OPEN_OBJECT, CLOSE_LIST, CLOSE_OBJECT] = BRACKETS;

function isDeeperThan(limit: number, json: Buffer): boolean {
  let depth = 0;
  let isInString = false;
  for (let index = 0; index < json.length; index++) {
    const byte = json[index];
    if (isInString && byte === BACKSLASH) index++;
    else if (byte === QUOTE) isInString = !isInString;
    else if (isInString) continue;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) depth++;
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--;
    if (depth > limit) return true;
  }
  return false;
}

function tooDeep(): ProblemException {
  return new ProblemException({
    status: 400,
    code: 'body-too-deep',
    detail: `The body is nested more than ${MAX_DEPTH} levels deep.`,
  });
}
