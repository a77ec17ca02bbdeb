import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  CORRELATION_HEADER,
  newCorrelationId,
  requestContext,
} from '../correlation/request-context.js';
import { PROBLEM_MEDIA_TYPE, type Problem, toProblemDetails } from '../problem/problem-details.js';
import { fastifyProblem, parserProblem } from '../problem/transport-problems.js';

// Answers to what never becomes a request that Nest sees: neither its hooks nor its exception filters run.

/** For a URL that the router cannot read. */
export function answerRoutingError(
  error: Error,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { correlationId } = requestContext(request.headers);
  const problem: Problem = fastifyProblem(error) ?? parserProblem({});
  void reply
    .code(problem.status)
    .header(CORRELATION_HEADER, correlationId)
    .header('Cache-Control', 'no-store')
    .type(PROBLEM_MEDIA_TYPE)
    .send(toProblemDetails(problem, { url: request.url, correlationId }));
}

/** For bytes that are no HTTP request. Nothing can follow them, so the connection is closed. */
export function answerParserError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable && !isAnswering(socket)) socket.write(rawAnswer(parserProblem(error)));
  socket.destroy(error);
}

/** Whether the head of a response is out already: an answer now would end up in its body. */
function isAnswering(socket: Socket): boolean {
  const { _httpMessage: response } = socket as { _httpMessage?: ServerResponse };
  return response?.headersSent ?? false;
}

function rawAnswer(problem: Problem): string {
  const correlationId = newCorrelationId();
  const body = JSON.stringify(toProblemDetails(problem, { url: '', correlationId }));
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    `Content-Type: ${PROBLEM_MEDIA_TYPE}; charset=utf-8`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `${CORRELATION_HEADER}: ${correlationId}`,
    'X-Content-Type-Options: nosniff',
    'Cache-Control: no-store',
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
