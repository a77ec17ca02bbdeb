import type { IncomingHttpHeaders } from 'node:http';
import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import { ProblemException } from '../problem/problem.exception.js';

/**
 * Keeps pages of other sites from having a browser change something here, where who can reach the server may do so without
 * a password. Browsers say with every such request which site it is from; other clients say nothing.
 */
@Injectable()
export class SameOriginGuard implements CanActivate {
  /** @throws ProblemException */
  canActivate(context: ExecutionContext): boolean {
    const { method, headers } = context
      .switchToHttp()
      .getRequest<{ readonly method: string; readonly headers: IncomingHttpHeaders }>();
    const { origin, host } = headers;
    if (method === 'GET' || origin === undefined || hostOf(origin) === host) return true;
    throw new ProblemException({
      status: 403,
      code: 'foreign-origin',
      detail: 'Pages of other sites may not do this.',
    });
  }
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
