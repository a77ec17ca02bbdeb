import type { FastifyError } from 'fastify';
import { codeOfStatus, type Problem } from './problem-details.js';

/** What Fastify finds wrong with a request before a controller sees it, by its error code. */
const BY_FASTIFY_CODE: Readonly<Record<string, Problem>> = {
  FST_ERR_CTP_EMPTY_JSON_BODY: {
    status: 400,
    code: 'malformed-json',
    detail: 'The content type announces JSON, and the body is empty.',
  },
  FST_ERR_CTP_INVALID_JSON_BODY: {
    status: 400,
    code: 'malformed-json',
    detail: 'The body is not valid JSON in UTF-8.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    code: 'content-length-mismatch',
    detail: 'The body has another length than the Content-Length header says.',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    code: 'body-too-large',
    detail: 'The body is larger than this server accepts.',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'unsupported-media-type',
    detail: 'Send the body as application/json.',
  },
  FST_ERR_BAD_URL: {
    status: 400,
    code: 'malformed-url',
    detail: 'The path is not correctly percent-encoded.',
  },
  FST_ERR_MAX_PARAM_LENGTH: {
    status: 414,
    code: 'url-too-long',
    detail: 'A segment of the path is longer than this server accepts.',
  },
};

/** What Node's HTTP parser finds wrong with what arrives on a connection, by its error code. */
const BY_PARSER_CODE: Readonly<Record<string, Problem>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: 'headers-too-large',
    detail: 'The request line and headers are larger than this server accepts.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    code: 'request-timeout',
    detail: 'The request did not arrive completely in time.',
  },
};

const NOT_HTTP: Problem = {
  status: 400,
  code: 'malformed-request',
  detail: 'This is not a valid HTTP/1.1 request.',
};

const ABORTED: Problem = {
  status: 400,
  code: 'request-aborted',
  detail: 'The connection broke off before the request was complete.',
};

export function parserProblem(error: { readonly code?: string }): Problem {
  return BY_PARSER_CODE[error.code ?? ''] ?? NOT_HTTP;
}

/** Undefined when the error is none of Fastify's refusals. */
export function fastifyProblem(error: unknown): Problem | undefined {
  const { code, statusCode, message } = (error ?? {}) as Partial<FastifyError>;
  if (typeof code !== 'string' || typeof statusCode !== 'number' || statusCode >= 500) {
    return undefined;
  }
  // Only the body reader gives a broken connection a status; a handler's own connections have none.
  if (code === 'ECONNRESET') return ABORTED;
  if (!code.startsWith('FST_ERR_')) return undefined;
  return (
    BY_FASTIFY_CODE[code] ?? {
      status: statusCode,
      code: codeOfStatus(statusCode),
      detail: message ?? '',
    }
  );
}
