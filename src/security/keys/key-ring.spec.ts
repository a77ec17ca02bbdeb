import { jest } from '@jest/globals';
import { ApiKey } from './api-key.entity.js';
import { KEYS_ARE_FRESH_FOR_MS, KeyRing } from './key-ring.js';
import type { ListApiKeys } from './list-api-keys.query.js';

/** The table of keys, and how often it is read. */
class Table {
  readonly rows = new Map<string, ApiKey>();
  reads = 0;
  failure: Error | undefined;

  put(id: string, revokedAt: Date | null = null): void {
    this.rows.set(id, Object.assign(new ApiKey(), { id, revokedAt }));
  }

  async execute(): Promise<readonly ApiKey[]> {
    this.reads += 1;
    if (this.failure) throw this.failure;
    return [...this.rows.values()];
  }
}

describe('The ring of keys', () => {
  let table: Table;
  let ring: KeyRing;

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
    table = new Table();
    table.put('known');
    ring = new KeyRing(table as unknown as ListApiKeys);
  });

  afterEach(() => jest.useRealTimers());

  it('reads the table once for many requests', async () => {
    const found = await Promise.all(Array.from({ length: 100 }, () => ring.find('known')));
    expect(found.every((key) => key?.id === 'known')).toBe(true);
    await jest.advanceTimersByTimeAsync(KEYS_ARE_FRESH_FOR_MS - 1);
    await ring.find('known');
    expect(table.reads).toBe(1);
  });

  it('hears that a key is revoked when two seconds are over', async () => {
    await ring.find('known');
    table.put('known', new Date());
    await jest.advanceTimersByTimeAsync(KEYS_ARE_FRESH_FOR_MS - 1);
    expect((await ring.find('known'))?.revokedAt).toBeNull();
    await jest.advanceTimersByTimeAsync(1);
    expect((await ring.find('known'))?.revokedAt).not.toBeNull();
  });

  it('finds a key that was just made', async () => {
    await ring.find('known');
    table.put('new');
    const finding = ring.find('new');
    await jest.advanceTimersByTimeAsync(100);
    expect((await finding)?.id).toBe('new');
  });

  it('does not read the table for every unknown key', async () => {
    await ring.find('known');
    const finding = Array.from({ length: 1_000 }, (_, nth) => ring.find(`unknown-${nth}`));
    await jest.advanceTimersByTimeAsync(100);
    expect(await Promise.all(finding)).toEqual(finding.map(() => undefined));
    expect(table.reads).toBe(2);
  });

  it('opens nothing with what is older while the table cannot be read, and goes on afterwards', async () => {
    await ring.find('known');
    table.failure = new Error('away');
    await jest.advanceTimersByTimeAsync(KEYS_ARE_FRESH_FOR_MS);
    await expect(ring.find('known')).rejects.toThrow('away');
    table.failure = undefined;
    expect((await ring.find('known'))?.id).toBe('known');
  });
});
