import { Inject, Injectable, Logger } from '@nestjs/common';
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload } from 'jose';
import type { Proof } from '../../common/access/identity.js';
import { Rights } from '../../common/access/rights.js';
import { ProblemException } from '../../common/problem/problem.exception.js';
import { isCorrelationId } from '../../event-sourcing/index.js';
import { SECURITY_OPTIONS, type SecurityOptions } from '../security-options.js';
import { identityRefused } from '../unauthenticated.js';
import { VerifiedTokens } from './verified-tokens.js';

/** A public key verifies them. One that a secret signs could be signed by whoever takes a public key for the secret. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
const CLOCKS_MAY_DIFFER_BY_S = 5;
const ISSUER_MAY_TAKE_MS = 5_000;

/** What may be wrong with a token itself. Everything else is the fault of where its key should come from. */
const WRONG_TOKEN = [
  errors.JWTClaimValidationFailed,
  errors.JWTExpired,
  errors.JWTInvalid,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
];

/** Says who holds a JWT that the issuer of the settings has signed. */
@Injectable()
export class TokenVerifier {
  private readonly logger = new Logger(TokenVerifier.name);
  private readonly verified = new VerifiedTokens();
  private readonly verifyToken?: (token: string) => Promise<JWTPayload>;

  constructor(@Inject(SECURITY_OPTIONS) { tokens }: SecurityOptions) {
    if (!tokens) return;
    const { jwksUrl, issuer, audience } = tokens;
    const keys = createRemoteJWKSet(jwksUrl, { timeoutDuration: ISSUER_MAY_TAKE_MS });
    const demands = {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      requiredClaims: ['exp', 'sub'],
      clockTolerance: CLOCKS_MAY_DIFFER_BY_S,
    };
    this.verifyToken = async (token) => (await jwtVerify(token, keys, demands)).payload;
  }

  /** @throws ProblemException */
  async verify(token: string): Promise<Proof> {
    if (!this.verifyToken) throw identityRefused('There is no such key, and tokens are not taken.');
    const known = this.verified.find(token);
    if (known) return known;
    const {
      sub,
      scope,
      exp = 0,
    } = await this.verifyToken(token).catch((error: unknown) => {
      throw this.problemOf(error);
    });
    if (sub === undefined || !isCorrelationId(sub) || sub.startsWith('key:')) {
      throw identityRefused('The subject of the token cannot be one.');
    }
    const proof = { actor: sub, rights: Rights.in(typeof scope === 'string' ? scope : '') };
    this.verified.keep(token, proof, exp);
    return proof;
  }

  private problemOf(error: unknown): ProblemException {
    if (WRONG_TOKEN.some((kind) => error instanceof kind)) {
      return identityRefused(`The token is not valid: ${(error as Error).message}.`);
    }
    this.logger.warn(`The public keys of tokens cannot be had: ${String(error)}`);
    return new ProblemException({
      status: 503,
      code: 'token-keys-unavailable',
      detail: 'The token cannot be verified now, as the keys of its issuer cannot be had.',
      retryAfterSeconds: 1,
    });
  }
}
