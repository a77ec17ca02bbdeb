import { SettableClock } from '../../../test/support/controlled-environment.js';
import { keepLedger, ledgersIn } from '../../../test/support/kept-ledgers.js';
import { Ledger } from '../../../test/support/ledger.aggregate.js';
import { EventRegistry } from '../events/event-registry.js';
import { EventSerializer } from '../events/event-serializer.js';
import { Upcasters } from '../events/upcasters.js';
import { InMemoryEventStore } from '../store/memory/in-memory-event-store.js';
import { InMemorySnapshotStore } from '../store/memory/in-memory-snapshot-store.js';
import { AggregateReplay } from './aggregate-replay.js';

async function replayOfTwentyEvents(): Promise<AggregateReplay> {
  const store = new InMemoryEventStore(new SettableClock());
  await keepLedger(ledgersIn({ store, snapshotStore: new InMemorySnapshotStore() }, Ledger), 20);
  const registry = new EventRegistry();
  return new AggregateReplay(store, new EventSerializer(registry, new Upcasters(registry)));
}

describe('replaying an aggregate', () => {
  it('goes on from its revision, up to the one that is wanted', async () => {
    const replay = await replayOfTwentyEvents();
    const ledger = await replay.fromStart(Ledger, '1', { to: 7 });
    expect(ledger.revision).toBe(7);
    await replay.catchUp(ledger, { to: 7 });
    await replay.catchUp(ledger, { to: 12 });
    expect(ledger.revision).toBe(12);
    await replay.catchUp(ledger);
    expect(ledger.toSnapshot()).toEqual((await replay.fromStart(Ledger, '1')).toSnapshot());
  });

  it.each([true, false])(
    'lets others have their turn in the background (%s)',
    async (inBackground) => {
      const replay = await replayOfTwentyEvents();
      let turns = 0;
      const turn = (): void => {
        turns += 1;
        timer = setImmediate(turn);
      };
      let timer = setImmediate(turn);
      await replay.fromStart(Ledger, '1', { inBackground });
      clearImmediate(timer);
      expect(turns > 10).toBe(inBackground);
    },
  );
});
