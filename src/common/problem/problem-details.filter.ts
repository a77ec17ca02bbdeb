import type { IncomingHttpHeaders } from 'node:http';
import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  Injectable,
  Logger,
} from '@nestjs/common';
import { type AbstractHttpAdapter, HttpAdapterHost } from '@nestjs/core';
import { CORRELATION_HEADER, newCorrelationId } from '../correlation/request-context.js';
import { PROBLEM_MEDIA_TYPE, toProblemDetails } from './problem-details.js';
import { problemOf } from './problem-of.js';

/** Answers every exception as RFC 9457 problem details. */
@Injectable()
@Catch()
export class ProblemDetailsFilter implements ExceptionFilter<unknown> {
  private readonly logger = new Logger(ProblemDetailsFilter.name);

  constructor(private readonly host: HttpAdapterHost<AbstractHttpAdapter>) {}

  catch(exception: unknown, context: ArgumentsHost): void {
    const adapter = this.host.httpAdapter;
    const http = context.switchToHttp();
    const request = http.getRequest<{ readonly headers: IncomingHttpHeaders }>();
    const response = http.getResponse<unknown>();
    const method = String(adapter.getRequestMethod(request));
    const url = String(adapter.getRequestUrl(request));
    const isConditional = request.headers['if-match'] !== undefined;
    const correlationId = correlationIdOf(adapter, response);

    const problem = problemOf(exception, { method, url, isConditional });
    const body = toProblemDetails(problem, { url, correlationId });
    this.log(exception, problem.status, { method, path: body.instance, correlationId });
    if (adapter.isHeadersSent(response)) {
      adapter.end(response);
      return;
    }
    adapter.setHeader(response, 'Content-Type', PROBLEM_MEDIA_TYPE);
    adapter.setHeader(response, 'Cache-Control', 'no-store');
    if (problem.retryAfterSeconds !== undefined) {
      adapter.setHeader(response, 'Retry-After', String(problem.retryAfterSeconds));
    }
    for (const [name, value] of Object.entries(problem.headers ?? {})) {
      adapter.setHeader(response, name, value);
    }
    adapter.reply(response, body, problem.status);
  }

  private log(exception: unknown, status: number, request: object): void {
    if (status === 503) this.logger.warn(messageOf(exception), request);
    else if (status >= 500) this.logger.error(exception, request);
  }
}

function correlationIdOf(adapter: AbstractHttpAdapter, response: unknown): string {
  const header: unknown = adapter.getHeader(response, CORRELATION_HEADER);
  return typeof header === 'string' ? header : newCorrelationId();
}

function messageOf(exception: unknown): string {
  return exception instanceof Error ? exception.message : String(exception);
}
