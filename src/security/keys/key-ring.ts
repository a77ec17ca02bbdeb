import { Injectable } from '@nestjs/common';
import { Clock } from '../../event-sourcing/index.js';
import type { ApiKey } from './api-key.entity.js';
import { ListApiKeys } from './list-api-keys.query.js';

/** How long a key that was revoked may still open this process. */
export const KEYS_ARE_FRESH_FOR_MS = 2_000;
/** How often unknown keys, which anyone may send, have the table read at the most. */
const LOOK_AGAIN_AFTER_MS = 200;

/**
 * The keys, held in memory: no request waits for the database, as a rule, and whoever tries random keys makes no work for
 * it. Each process reads the table again when what it has is two seconds old.
 */
@Injectable()
export class KeyRing {
  private keys: ReadonlyMap<string, ApiKey> = new Map();
  private readAt = -Infinity;
  private reading: Promise<void> | undefined;

  constructor(
    private readonly everyKey: ListApiKeys,
    private readonly clock: Clock,
  ) {}

  /**
   * The key with this id, as it was at most two seconds ago, revoked or not.
   * @throws ApiKeysUnavailableError when that cannot be said.
   */
  async find(id: string): Promise<ApiKey | undefined> {
    if (this.isOlderThan(KEYS_ARE_FRESH_FOR_MS)) await this.read();
    // One that was just made is good at once.
    if (!this.keys.has(id) && this.isOlderThan(LOOK_AGAIN_AFTER_MS)) await this.read();
    return this.keys.get(id);
  }

  private read(): Promise<void> {
    this.reading ??= this.readAll().finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async readAll(): Promise<void> {
    // Before it is asked: what changes meanwhile may not be in the answer.
    const now = this.clock.now().getTime();
    const keys = await this.everyKey.execute();
    this.keys = new Map(keys.map((key) => [key.id, key]));
    this.readAt = now;
  }

  /** Also after the clock was put back. */
  private isOlderThan(ms: number): boolean {
    return Math.abs(this.clock.now().getTime() - this.readAt) >= ms;
  }
}
