import type { EventStore } from '../../src/event-sourcing/store/event-store.js';
import {
  eventStoreContract,
  type OpenEventStore,
} from '../../src/event-sourcing/testing/event-store-contract/index.js';
import { SoundEventStore } from './broken-event-stores.js';
import { storesWithBrokenAppends } from './stores-with-broken-appends.js';
import { storesWithBrokenLookups } from './stores-with-broken-lookups.js';
import { storesWithBrokenReads } from './stores-with-broken-reads.js';

describe('the contract of the event store', () => {
  const cases = eventStoreContract();

  it('has a name of its own for every case', () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });

  it('passes a store without a fault', async () => {
    for (const { run } of cases) await run(opening(SoundEventStore));
  });

  it.each([...storesWithBrokenAppends, ...storesWithBrokenLookups, ...storesWithBrokenReads])(
    'fails a store that $fault',
    async ({ failsAt, Store }) => {
      const [finding] = cases.filter(({ name }) => name === failsAt);
      await expect(finding.run(opening(Store))).rejects.toMatchObject({
        code: expect.stringMatching(
          /^(ERR_ASSERTION|concurrency-conflict|duplicate-event)$/,
        ) as string,
      });
    },
  );
});

function opening(Store: new () => EventStore): OpenEventStore {
  return () => Promise.resolve({ store: new Store(), close: () => Promise.resolve() });
}
