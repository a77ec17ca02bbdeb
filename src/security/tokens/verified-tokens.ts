import type { Proof } from '../../common/access/identity.js';
import { hashOf } from '../keys/key-text.js';

const KEPT_FOR_MS = 60_000;
const MOST_KEPT = 10_000;

/**
 * What tokens have proven within the last minute: to verify a signature takes far longer than to make a hash. They
 * are known by a hash of all they say, their signature included, and none longer than until it expires.
 */
export class VerifiedTokens {
  private readonly kept = new Map<string, { readonly proof: Proof; readonly until: number }>();

  find(token: string): Proof | undefined {
    const hash = hashOf(token);
    const found = this.kept.get(hash);
    if (!found) return undefined;
    if (Date.now() < found.until) return found.proof;
    this.kept.delete(hash);
    return undefined;
  }

  /** @param expiresAt in seconds, as tokens have it */
  keep(token: string, proof: Proof, expiresAt: number): void {
    const [oldest] = this.kept.keys();
    if (this.kept.size >= MOST_KEPT) this.kept.delete(oldest);
    const until = Math.min(expiresAt * 1_000, Date.now() + KEPT_FOR_MS);
    this.kept.set(hashOf(token), { proof, until });
  }
}
