import { Aggregate, AggregateRoot } from '../../src/event-sourcing/index.js';
import { Amount, Booked, LedgerHandedOver, LedgerOpened } from './ledger.events.js';

interface Line {
  readonly account: string;
  times: number;
}

/** An aggregate with state of every kind, and no snapshots. */
@Aggregate('ledger')
export class Ledger extends AggregateRoot {
  owner: string | undefined = 'nobody';
  openedAt: Date | null = null;
  lastLine: Line | undefined;
  readonly currency: string;
  private readonly balances = new Map<string, Amount>();
  private readonly lines: Line[] = [];
  private readonly owners = new Set<string>();

  constructor(id: string) {
    super(id);
    this.currency = id.endsWith('-usd') ? 'USD' : 'EUR';
  }

  open(owner: string): void {
    this.apply(new LedgerOpened(owner, new Date('2026-01-01T00:00:00.000Z')));
  }

  book(account: string, cents: number): void {
    this.apply(new Booked(account, BigInt(cents)));
  }

  handOver(to: string | null): void {
    this.apply(new LedgerHandedOver(to));
  }

  /** Needs what was one object to have stayed one. */
  get linesAddUp(): boolean {
    return this.lastLine === undefined || this.lines.includes(this.lastLine);
  }

  onLedgerOpened({ owner, at }: LedgerOpened): void {
    this.owner = owner;
    this.owners.add(owner);
    this.openedAt = at;
  }

  onBooked({ account, cents }: Booked): void {
    const amount = new Amount(cents, this.currency);
    this.balances.set(account, this.balances.get(account)?.plus(amount) ?? amount);
    this.lastLine = this.lines.find((line) => line.account === account);
    if (!this.lastLine) this.lines.push((this.lastLine = { account, times: 0 }));
    this.lastLine.times += 1;
  }

  onLedgerHandedOver({ to }: LedgerHandedOver): void {
    this.owner = to ?? undefined;
    if (to) this.owners.add(to);
  }
}

/** The same, with a snapshot every 10 events. */
@Aggregate('ledger', { snapshot: { every: 10, version: 1, keep: 3 } })
export class SnapshottedLedger extends Ledger {}

/** The same, after its state has changed. */
@Aggregate('ledger', { snapshot: { every: 10, version: 2, keep: 3 } })
export class ChangedLedger extends Ledger {}
