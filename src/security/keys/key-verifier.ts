import { Injectable, Logger } from '@nestjs/common';
import type { Proof } from '../../common/access/identity.js';
import { Clock } from '../../event-sourcing/index.js';
import { identityRefused } from '../unauthenticated.js';
import { ApiKeys } from './api-keys.js';
import type { ApiKey } from './api-key.entity.js';
import { KeyRing } from './key-ring.js';
import { isSecretOf, parseKey } from './key-text.js';

const USE_IS_NOTED_EVERY_MS = 5 * 60_000;

/** Says who holds a key. */
@Injectable()
export class KeyVerifier {
  private readonly logger = new Logger(KeyVerifier.name);
  private readonly notedAt = new Map<string, number>();

  constructor(
    private readonly ring: KeyRing,
    private readonly keys: ApiKeys,
    private readonly clock: Clock,
  ) {}

  /** @throws ProblemException, ApiKeysUnavailableError */
  async verify(text: string): Promise<Proof> {
    const parts = parseKey(text);
    const key = parts && (await this.ring.find(parts.id));
    if (!key || !isSecretOf(key.secretHash, parts.secret)) {
      throw identityRefused('There is no such key.');
    }
    const now = this.clock.now();
    if (key.revokedAt !== null) throw identityRefused(`The key "${key.name}" is revoked.`);
    if (key.expiresAt !== null && key.expiresAt <= now) {
      throw identityRefused(`The key "${key.name}" has expired.`);
    }
    this.noteUse(key, now);
    return { actor: `key:${key.name}`, rights: key.rights };
  }

  /** Seldom, and without a request waiting for it. */
  private noteUse({ id, lastUsedAt }: ApiKey, now: Date): void {
    const last = Math.max(this.notedAt.get(id) ?? 0, lastUsedAt?.getTime() ?? 0);
    if (now.getTime() - last < USE_IS_NOTED_EVERY_MS) return;
    this.notedAt.set(id, now.getTime());
    this.keys.noteUse(id, now).catch((error: unknown) => {
      this.logger.warn(`It could not be noted that a key is in use: ${String(error)}`);
    });
  }
}
