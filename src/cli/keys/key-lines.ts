import type { ApiKey } from '../../security/keys/api-key.entity.js';

/** A key as programs get it. */
export interface KeyJson {
  readonly id: string;
  readonly name: string;
  readonly rights: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
}

/** All there is to tell about a key. */
export function keyJsonOf(key: ApiKey): KeyJson {
  const { id, name, rights, createdAt, expiresAt, revokedAt, lastUsedAt } = key;
  const list = rights.toString().split(' ');
  return { id, name, rights: list, createdAt, expiresAt, revokedAt, lastUsedAt };
}
