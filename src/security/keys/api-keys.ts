import { Injectable } from '@nestjs/common';
import type { Rights } from '../../common/access/rights.js';
import { Clock, TransactionRunner } from '../../event-sourcing/index.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeyNameTakenError, ApiKeyNotFoundError } from './api-key.errors.js';
import { formatKey, hashOf, newKeyText } from './key-text.js';
import { ListApiKeys } from './list-api-keys.query.js';

export interface ApiKeyToCreate {
  readonly name: string;
  readonly rights: Rights;
  /** Without, it is good until it is revoked. */
  readonly expiresAt?: Date;
}

/** A key with its secret, which is not kept anywhere. */
export interface CreatedApiKey {
  readonly apiKey: ApiKey;
  readonly text: string;
}

/** Makes keys, lists them, and takes them back. */
@Injectable()
export class ApiKeys {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly everyKey: ListApiKeys,
    private readonly clock: Clock,
  ) {}

  /** @throws ApiKeyNameTakenError */
  async create({ name, rights, expiresAt }: ApiKeyToCreate): Promise<CreatedApiKey> {
    const text = newKeyText();
    const apiKey = Object.assign(new ApiKey(), {
      id: text.id,
      name,
      secretHash: hashOf(text.secret),
      rights,
      createdAt: this.clock.now(),
      expiresAt: expiresAt ?? null,
      revokedAt: null,
      lastUsedAt: null,
    });
    await this.transactions.run(async (manager) => {
      const namesakes = await manager.findBy(ApiKey, { name });
      if (namesakes.some(({ revokedAt }) => revokedAt === null)) {
        throw new ApiKeyNameTakenError(name);
      }
      await manager.insert(ApiKey, apiKey);
    });
    return { apiKey, text: formatKey(text) };
  }

  list(): Promise<readonly ApiKey[]> {
    return this.everyKey.execute();
  }

  /**
   * Ends a key for good, in every process that serves.
   * @param idOrName its id, or its name
   * @throws ApiKeyNotFoundError
   */
  async revoke(idOrName: string): Promise<ApiKey> {
    const inForce = (await this.list()).filter(({ revokedAt }) => revokedAt === null);
    const found =
      inForce.find(({ id }) => id === idOrName) ?? inForce.find(({ name }) => name === idOrName);
    if (!found) throw new ApiKeyNotFoundError(idOrName);
    const revokedAt = this.clock.now();
    await this.transactions.run((manager) => manager.update(ApiKey, found.id, { revokedAt }));
    return Object.assign(found, { revokedAt });
  }

  /** Notes that a key is in use. */
  async noteUse(id: string, lastUsedAt: Date): Promise<void> {
    await this.transactions.run((manager) => manager.update(ApiKey, id, { lastUsedAt }));
  }
}
