import { STATUS_CODES } from 'node:http';
import { HttpException, NotFoundException } from '@nestjs/common';
import {
  ConcurrencyError,
  DomainError,
  InfrastructureError,
  ValidationFailedError,
} from '../../event-sourcing/index.js';
import { codeOfStatus, type Problem } from './problem-details.js';
import { ProblemException } from './problem.exception.js';
import { fastifyProblem } from './transport-problems.js';

export interface FailedRequest {
  readonly method: string;
  readonly url: string;
  /** Whether the client said which version of the resource it means to change. */
  readonly isConditional: boolean;
}

const INTERNAL_ERROR: Problem = {
  status: 500,
  code: 'internal-error',
  detail: 'Something went wrong here. The log has it under the correlation id.',
};

/** What the client is told about an exception. Nothing of an unexpected one. */
export function problemOf(exception: unknown, request: FailedRequest): Problem {
  if (exception instanceof ProblemException) return exception.problem;
  if (exception instanceof DomainError) return domainProblem(exception, request);
  if (exception instanceof InfrastructureError) return infrastructureProblem(exception);
  const cause = exception instanceof HttpException ? exception.cause : exception;
  return (
    fastifyProblem(cause) ??
    (exception instanceof HttpException ? httpProblem(exception, request) : INTERNAL_ERROR)
  );
}

function domainProblem(error: DomainError, { isConditional }: FailedRequest): Problem {
  return {
    status: error instanceof ConcurrencyError && isConditional ? 412 : error.status,
    code: error.code,
    detail: error.message,
    ...(error instanceof ValidationFailedError && { errors: error.errors }),
  };
}

function infrastructureProblem(error: InfrastructureError): Problem {
  if (!error.retryable) return INTERNAL_ERROR;
  return {
    status: 503,
    code: error.code,
    detail: 'This is not possible at the moment. The same request may succeed shortly.',
    retryAfterSeconds: 1,
  };
}

function httpProblem(exception: HttpException, { method, url }: FailedRequest): Problem {
  // Nest throws the same exception for a path without a route as a controller does for a missing resource.
  if (exception instanceof NotFoundException && exception.message === `Cannot ${method} ${url}`) {
    return { status: 404, code: 'route-not-found', detail: `There is no ${method} at this path.` };
  }
  const status = exception.getStatus();
  return { status, code: exception.errorCode ?? codeOfStatus(status), detail: detailOf(exception) };
}

function detailOf(exception: HttpException): string {
  const response = exception.getResponse();
  if (typeof response === 'string') return response;
  if (!(response instanceof Error)) {
    const { message } = response as { message?: unknown };
    if (typeof message === 'string') return message;
    if (Array.isArray(message)) return message.join('; ');
  }
  return STATUS_CODES[exception.getStatus()] ?? 'The request was refused.';
}
