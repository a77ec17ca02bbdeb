import { Injectable } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import type { ApiKey } from './api-key.entity.js';
import { ListApiKeys } from './list-api-keys.query.js';

/** How long a key that was revoked may still open this process. */
export const KEYS_ARE_FRESH_FOR_MS = 2_000;
/** How often unknown keys, which anyone may send, have the table read at the most. */
const LOOK_AGAIN_AFTER_MS = 100;

/**
 * The keys, held in memory: no request waits for the database, as a rule, and whoever tries random keys makes no work for
 * it. Each process reads the table again when what it has is two seconds old.
 */
@Injectable()
export class KeyRing {
  private keys: ReadonlyMap<string, ApiKey> = new Map();
  private readAt = -Infinity;
  private reading: Promise<void> | undefined;
  private lookingAgain: Promise<void> | undefined;

  constructor(private readonly everyKey: ListApiKeys) {}

  /**
   * The key with this id, as it was at most two seconds ago, revoked or not.
   * @throws ApiKeysUnavailableError when that cannot be said.
   */
  async find(id: string): Promise<ApiKey | undefined> {
    if (this.age() >= KEYS_ARE_FRESH_FOR_MS) await this.read();
    // It may just have been made, and must be good then.
    if (!this.keys.has(id)) await this.lookAgain();
    return this.keys.get(id);
  }

  /** For all who wait at once, after a pause. */
  private lookAgain(): Promise<void> {
    this.lookingAgain ??= this.afterAPause();
    return this.lookingAgain;
  }

  private async afterAPause(): Promise<void> {
    await delay(Math.max(0, LOOK_AGAIN_AFTER_MS - this.age()), undefined, { ref: false });
    this.lookingAgain = undefined;
    // A reading that is under way may have begun before the key was made.
    await this.reading;
    await this.read();
  }

  private read(): Promise<void> {
    this.reading ??= this.readAll().finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async readAll(): Promise<void> {
    // Before it is asked: what changes meanwhile may not be in the answer.
    const now = performance.now();
    const keys = await this.everyKey.execute();
    this.keys = new Map(keys.map((key) => [key.id, key]));
    this.readAt = now;
  }

  private age(): number {
    return performance.now() - this.readAt;
  }
}
