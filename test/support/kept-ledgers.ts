import type { AggregateClass, EventStore, SnapshotStore } from '../../src/event-sourcing/index.js';
import { CountingEventStore } from './counting-event-store.js';
import { assembleKit, type KitOptions } from './kit.js';
import { Ledger, SnapshottedLedger } from './ledger.aggregate.js';

/** What a process that has just started does with ledgers in this log. */
export function ledgersIn(
  log: { readonly store: EventStore; readonly snapshotStore: SnapshotStore },
  ledgerClass: AggregateClass<Ledger> = SnapshottedLedger,
  options: KitOptions = {},
) {
  const store = new CountingEventStore([log.store]);
  const kit = assembleKit({ ...options, store, snapshotStore: log.snapshotStore });
  return { ...kit, store, ledgers: kit.repository(ledgerClass) };
}

/** A ledger with so many events, one commit each, and every snapshot taken. */
export async function keepLedger(
  { ledgers, snapshots }: Pick<ReturnType<typeof ledgersIn>, 'ledgers' | 'snapshots'>,
  events: number,
  id = '1',
): Promise<void> {
  const ledger = await ledgers.findOrNew(id);
  if (ledger.revision === 0) ledger.open('John');
  while (ledger.revision < events) {
    if (ledger.revision > 0) ledger.book(`account ${ledger.revision % 7}`, ledger.revision);
    await ledgers.save(ledger);
    await snapshots.drained();
  }
}
