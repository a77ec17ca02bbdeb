import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type Identity, identityOf } from './identity.js';

/**
 * Who sends the request, for a handler that has to look at it itself; undefined where the server asks nobody who they are.
 * Where it does, no request without an identity comes so far.
 */
export const Caller = createParamDecorator(
  (_: unknown, context: ExecutionContext): Identity | undefined =>
    identityOf(context.switchToHttp().getRequest<object>()),
);
