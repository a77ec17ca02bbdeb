import { Ledger } from '../../../../test/support/ledger.aggregate.js';
import { LedgerOpened } from '../../../../test/support/ledger.events.js';
import { type EventDeclaration, declaredEvents } from '../../events/domain-event.decorator.js';
import { EventRegistry } from '../../events/event-registry.js';
import { Upcasters } from '../../events/upcasters.js';
import { snapshotVersion } from './snapshot-version.js';

const ledgerEvents = declaredEvents().filter(({ type }) => type.startsWith('ledger.'));

function versionWith({
  version = 1,
  events = ledgerEvents,
  upcasters = [],
}: {
  readonly version?: number;
  readonly events?: readonly EventDeclaration[];
  readonly upcasters?: readonly [type: string, from: number][];
} = {}): string {
  const registry = new EventRegistry(events);
  const lifts = new Upcasters(registry);
  for (const [type, from] of upcasters) lifts.add(type, from, { upcast: (event) => event });
  return snapshotVersion(Ledger, { every: 10, keep: 5, version }, registry, lifts);
}

describe('the version of snapshots', () => {
  it('is the same in every process with the same events and upcasters, in whatever order', () => {
    const upcasters: [string, number][] = [['ledger.booked', 1], ['ledger.torn', 1]]; // prettier-ignore
    expect(versionWith({ upcasters, events: ledgerEvents.toReversed() })).toBe(
      versionWith({ upcasters: upcasters.toReversed() }),
    );
  });

  it('does not mind events and upcasters of others', () => {
    const other = { type: 'lamp.lit', version: 2, eventClass: class LampLit {} };
    expect(versionWith({ events: [...ledgerEvents, other] })).toBe(versionWith());
    expect(versionWith({ upcasters: [['lamp.lit', 1]] })).toBe(versionWith());
    expect(versionWith({ upcasters: [['ledgers.lit', 1]] })).toBe(versionWith());
  });

  it.each<[string, Parameters<typeof versionWith>[0]]>([
    ['the version of the state is raised', { version: 2 }],
    [
      'an event it handles gets another version',
      {
        events: ledgerEvents.map((event) =>
          event.eventClass === LedgerOpened ? { ...event, version: 2 } : event,
        ),
      },
    ],
    ['it handles one event less', { events: ledgerEvents.slice(1) }],
    ['an old event of its category is lifted', { upcasters: [['ledger.torn', 1]] }],
  ])('is another when %s', (_, changed) => {
    expect(versionWith(changed)).not.toBe(versionWith());
  });

  it('is another when an event of another category that it handles is lifted', () => {
    const events = ledgerEvents.map((event) =>
      event.eventClass === LedgerOpened ? { ...event, type: 'desk.ledger-opened' } : event,
    );
    expect(versionWith({ events, upcasters: [['desk.ledger-opened', 1]] })).not.toBe(
      versionWith({ events }),
    );
  });
});
