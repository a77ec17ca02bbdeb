import { jest } from '@jest/globals';
import { captureLogs, type CapturedLogs } from '../../../../test/support/captured-logs.js';
import { SettableClock } from '../../../../test/support/controlled-environment.js';
import { keepLedger, ledgersIn } from '../../../../test/support/kept-ledgers.js';
import { SpyingSnapshotStore } from '../../../../test/support/spying-snapshot-store.js';
import { InMemoryEventStore } from '../../store/memory/in-memory-event-store.js';
import { Ledger } from '../../../../test/support/ledger.aggregate.js';
import { Amount, Booked, LedgerOpened } from '../../../../test/support/ledger.events.js';
import { Aggregate } from '../aggregate.decorator.js';

const EVERY_TEN = { snapshot: { every: 10 } };

let log: { readonly store: InMemoryEventStore; readonly snapshotStore: SpyingSnapshotStore };
let logs: CapturedLogs;

beforeEach(() => {
  log = {
    store: new InMemoryEventStore(new SettableClock()),
    snapshotStore: new SpyingSnapshotStore(),
  };
  logs = captureLogs();
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe('an aggregate whose state cannot be stored', () => {
  it('gets no snapshot, and one warning that says why', async () => {
    @Aggregate('ledger', EVERY_TEN)
    class WithRule extends Ledger {
      readonly rules = [() => true];
    }
    const { ledgers, snapshots } = ledgersIn(log, WithRule);
    await keepLedger({ ledgers, snapshots }, 40);
    expect(log.snapshotStore.saved).toEqual([]);
    expect(logs.warnings).toHaveLength(1);
    expect(logs.warnings[0]).toMatch(
      /"ledger-1".* WithRule\.rules\[0\] cannot be stored: it is of type/,
    );
    expect(logs.warnings[0]).toMatch(
      /Or override toSnapshot\(\) and fromSnapshot\(state\) in WithRule\.$/,
    );
  });

  it('gets one with hooks of its own', async () => {
    @Aggregate('ledger', EVERY_TEN)
    class Sealed extends Ledger {
      #bookings = 0;

      get bookings(): number {
        return this.#bookings;
      }

      override onBooked(event: Booked): void {
        super.onBooked(event);
        this.#bookings += 1;
      }

      override toSnapshot(): object {
        return { ...super.toSnapshot(), bookings: this.#bookings };
      }

      override fromSnapshot({ bookings, ...state }: { readonly bookings: number }): void {
        super.fromSnapshot(state);
        this.#bookings = bookings;
      }
    }
    const { ledgers, snapshots, store } = ledgersIn(log, Sealed);
    await keepLedger({ ledgers, snapshots }, 20);
    store.eventsRead = 0;
    expect(await ledgers.load('1')).toMatchObject({ bookings: 19, revision: 20 });
    expect(store.eventsRead).toBe(0);
    expect([...logs.warnings, ...logs.errors]).toEqual([]);
  });
});

describe('snapshots of a class are off', () => {
  /** How often each ledger was booked, where no snapshot sees it. */
  const hidden = new WeakMap<Ledger, number>();

  @Aggregate('ledger', EVERY_TEN)
  class Secretive extends Ledger {
    shown = 0;

    override onBooked(event: Booked): void {
      super.onBooked(event);
      hidden.set(this, (hidden.get(this) ?? 0) + 1);
      this.shown = hidden.get(this) ?? 0;
    }
  }

  @Aggregate('ledger', EVERY_TEN)
  class Trusting extends Ledger {
    private scribe: { write(): void } | null = null;

    override fromSnapshot(state: object): void {
      super.fromSnapshot({ ...state, scribe: null });
    }

    override toSnapshot(): object {
      const { scribe: _, ...state } = super.toSnapshot() as { scribe: unknown };
      return state;
    }

    override onLedgerOpened(event: LedgerOpened): void {
      super.onLedgerOpened(event);
      this.scribe = { write: () => undefined };
    }

    override onBooked(event: Booked): void {
      super.onBooked(event);
      (this.scribe as { write(): void }).write();
    }
  }

  it.each([
    ['makes a later event come out differently', Secretive],
    ['makes a handler fail', Trusting],
  ])('at the first one, when state it does not see %s', async (_, ledgerClass) => {
    const { ledgers, snapshots } = ledgersIn(log, ledgerClass);
    await keepLedger({ ledgers, snapshots }, 30);
    expect(log.snapshotStore.saved).toEqual([]);
    expect(logs.errors).toEqual([
      expect.stringMatching(/^Snapshots of \w+ are off .*"ledger-1".* version: 2 .*toSnapshot/),
    ]);
  });

  const opened = new WeakSet<Ledger>();

  @Aggregate('ledger', EVERY_TEN)
  class Remembering extends Ledger {
    override onLedgerOpened(event: LedgerOpened): void {
      super.onLedgerOpened(event);
      opened.add(this);
    }

    override onBooked(event: Booked): void {
      super.onBooked(event);
      if (!opened.has(this)) this.owner = 'lost';
    }
  }

  it('soon after the start, when what they do not see is lost from wherever one goes on', async () => {
    await keepLedger(ledgersIn(log), 25);
    const { ledgers, snapshots } = ledgersIn(log, Remembering);
    expect(await ledgers.load('1')).toMatchObject({ owner: 'lost' });
    await snapshots.drained();
    expect(logs.errors).toHaveLength(1);
    expect(await ledgers.load('1')).toMatchObject({ owner: 'John' });
  });

  @Aggregate('ledger', { snapshot: { every: 10, version: 1 } })
  class Forgetful extends Ledger {
    override onBooked(event: Booked): void {
      super.onBooked(new Booked(event.account, 2n * event.cents));
    }
  }

  it('soon after the start, when handlers were changed and the version was not', async () => {
    await keepLedger(ledgersIn(log), 20);
    const { ledgers, snapshots } = ledgersIn(log, Forgetful);
    await ledgers.load('1');
    await snapshots.drained();
    expect(logs.errors).toEqual([
      expect.stringMatching(/If Forgetful was changed, write .* version: 2 /),
    ]);
    const fresh = await ledgersIn(log, Ledger).ledgers.load('1');
    const doubled = await ledgers.load('1');
    expect(balanceOf(doubled)).toBe(2n * balanceOf(fresh));
    const before = log.snapshotStore.saved.length;
    await keepLedger({ ledgers, snapshots }, 40);
    expect(log.snapshotStore.saved).toHaveLength(before);
  });
});

/** What all accounts of a ledger sum up to, in cents. */
function balanceOf(ledger: Ledger): bigint {
  const { balances } = ledger.toSnapshot() as { balances: ReadonlyMap<string, Amount> };
  return [...balances.values()].reduce((sum, { cents }) => sum + cents, 0n);
}
