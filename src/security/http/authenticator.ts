import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { Identity, Proof } from '../../common/access/identity.js';
import { ProblemException } from '../../common/problem/problem.exception.js';
import { looksLikeKey } from '../keys/key-text.js';
import { KeyVerifier } from '../keys/key-verifier.js';
import { TokenVerifier } from '../tokens/token-verifier.js';
import { identityRefused } from '../unauthenticated.js';
import { credentialsIn } from './credentials.js';

/** Says who sends a request. */
@Injectable()
export class Authenticator {
  constructor(
    private readonly keys: KeyVerifier,
    private readonly tokens: TokenVerifier,
  ) {}

  /**
   * Undefined where nothing is sent to prove it.
   * @throws ProblemException, ApiKeysUnavailableError when what is sent proves nothing, or nobody can say.
   */
  async authenticate(headers: IncomingHttpHeaders): Promise<Identity | undefined> {
    const credentials = credentialsIn(headers);
    if (credentials === 'none') return undefined;
    if (credentials === 'malformed') {
      throw identityRefused(
        'Send one of Authorization: Bearer <key or token> and X-Api-Key: <key>.',
      );
    }
    const { text } = credentials;
    const proof = await this.verify(text);
    return { ...proof, isStillGood: () => this.isStillGood(text) };
  }

  private verify(text: string): Promise<Proof> {
    return looksLikeKey(text) ? this.keys.verify(text) : this.tokens.verify(text);
  }

  private isStillGood(text: string): Promise<boolean> {
    return this.verify(text).then(
      () => true,
      (error: unknown) => !(error instanceof ProblemException && error.problem.status === 401),
    );
  }
}
