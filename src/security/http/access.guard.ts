import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { failureOf, identityOf } from '../../common/access/identity.js';
import { NEED, type Need } from '../../common/access/needs.decorator.js';
import { assertPermitted } from '../../common/access/not-permitted.js';
import { rightNeeded } from '../../common/access/right-needed.js';
import { ProblemException } from '../../common/problem/problem.exception.js';
import { identityMissing } from '../unauthenticated.js';

interface Asked {
  readonly method: string;
  readonly params?: Readonly<Record<string, string>>;
}

/** Lets a request through to its handler when its sender has the right that the handler says it takes. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  /** @throws ProblemException, or what has kept the sender from being identified */
  canActivate(context: ExecutionContext): boolean {
    const need = this.reflector.getAllAndOverride<Need | undefined>(NEED, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!need) throw unsaid();
    if (need.kind === 'nothing') return true;
    const request = context.switchToHttp().getRequest<Asked>();
    const identity = identityOf(request);
    if (!identity) throw failureOf(request) ?? identityMissing();
    const right = rightNeeded(need, request.method, request.params ?? {});
    if (right !== undefined) assertPermitted(identity, right);
    return true;
  }
}

/** Whoever wrote the handler has forgotten to say it. Until then nobody may use it. */
function unsaid(): ProblemException {
  return new ProblemException({
    status: 403,
    code: 'not-permitted',
    detail: 'Nobody has said who may do this.',
  });
}
