import { Injectable, OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Identity, identify, noteFailure } from '../../common/access/identity.js';
import { runInContext } from '../../event-sourcing/index.js';
import { RateLimits } from '../limits/rate-limits.js';
import { tooManyRequests } from '../limits/too-many-requests.js';
import { identityMissing } from '../unauthenticated.js';
import { Authenticator } from './authenticator.js';
import { hasLargeBody } from './large-body.js';

/** Whose bodies are never read, so that it can be left to the route whether they take an identity. */
const WITHOUT_BODY = new Set(['GET', 'HEAD']);

/**
 * Finds out who sends a request before its body is read, so that somebody unknown can make the server read nothing, and
 * counts it. What the identity may do, `AccessGuard` says.
 */
@Injectable()
export class Admission implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly authenticator: Authenticator,
    private readonly limits: RateLimits,
  ) {}

  /** Before the routes are made: Fastify gives a route the hooks that are there by then. */
  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('onRequest', (request, reply, done) => {
      this.admit(request, reply).then(
        (identity) => (identity ? runInContext({ actor: identity.actor }, () => done()) : done()),
        (error: Error) => {
          // Otherwise the rest of the body would still be read, to have the connection free for what may follow.
          if (hasLargeBody(request.headers)) reply.header('Connection', 'close');
          done(error);
        },
      );
    });
  }

  private async admit(request: FastifyRequest, reply: FastifyReply): Promise<Identity | undefined> {
    const found = await this.authenticator
      .authenticate(request.headers)
      .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
    const identity = found instanceof Error ? undefined : found;
    await this.count(identity, request, reply);
    if (identity) {
      identify(request, identity);
      return identity;
    }
    const failure = found instanceof Error ? found : identityMissing();
    if (!WITHOUT_BODY.has(request.method)) throw failure;
    noteFailure(request, failure);
    return undefined;
  }

  private async count(
    identity: Identity | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const { isExceeded, limit, remaining, resetSeconds } = await (identity
      ? this.limits.ofIdentity(identity.actor)
      : this.limits.ofAddress(request.ip));
    reply.header('RateLimit-Limit', String(limit));
    reply.header('RateLimit-Remaining', String(remaining));
    reply.header('RateLimit-Reset', String(resetSeconds));
    if (isExceeded) throw tooManyRequests(limit, resetSeconds);
  }
}
