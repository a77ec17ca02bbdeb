/** An event of an account or of a transfer, as the log has it. */
export interface MoneyEvent {
  readonly position: number;
  readonly stream: string;
  readonly type: string;
  readonly data: unknown;
}

interface MoneyData {
  readonly amount?: { readonly minorUnits: number; readonly currency: string };
  readonly currency?: string;
  readonly transferId?: string;
  readonly from?: string;
  readonly to?: string;
}

interface AuditedAccount {
  readonly currency: string;
  balance: number;
  /** What is set aside, by transfer. */
  readonly reserved: Map<string, number>;
  isClosed: boolean;
}

interface AuditedTransfer {
  readonly from: string;
  readonly to: string;
  readonly amount: number;
  readonly currency: string;
  /** Each once at the most, in the order of the log. */
  readonly moves: string[];
  end?: string;
}

interface Sums {
  inAccounts: number;
  countedTwice: number;
  /** What came minus what left. */
  fromOutside: number;
}

/** What may have happened in the accounts when a transfer ends, by its end. */
const WHOLE_STORIES: Readonly<Record<string, string>> = {
  completed: 'reserved credited captured',
  refunded: 'reserved released',
  failed: '',
};

/**
 * Recomputes from the log what must hold of money at every position: no account is below zero; what came from outside and
 * did not leave is there, once, in accounts or under way; and every transfer moves its money once and whole.
 */
export class MoneyAudit {
  readonly violations: string[] = [];
  readonly accounts = new Map<string, AuditedAccount>();
  readonly transfers = new Map<string, AuditedTransfer>();
  /** By currency. */
  private readonly sums = new Map<string, Sums>();
  private readonly position: number;

  constructor(events: Iterable<MoneyEvent>) {
    for (const { position, stream, type, data } of events) {
      const dash = stream.indexOf('-');
      const [category, id] = [stream.slice(0, dash), stream.slice(dash + 1)];
      this.position = position;
      if (category === 'account') this.inAccount(id, type, data as MoneyData);
      else if (category === 'transfer') this.ofTransfer(id, type, data as MoneyData);
      else continue;
      this.checkSums();
    }
  }

  /** The ids of the transfers that have not ended. */
  get pending(): readonly string[] {
    return [...this.transfers].filter(([, { end }]) => end === undefined).map(([id]) => id);
  }

  private inAccount(id: string, type: string, data: MoneyData): void {
    if (type === 'account.opened') {
      if (this.accounts.has(id)) this.complain(`account ${id} is opened twice`);
      const { currency = '' } = data;
      this.accounts.set(id, { currency, balance: 0, reserved: new Map(), isClosed: false });
      return;
    }
    const account = this.accounts.get(id);
    if (!account) return this.complain(`${type} in account ${id}, which is not open`);
    if (account.isClosed) this.complain(`${type} in account ${id}, which is closed`);
    this.change(account, id, type, data);
    const reserved = [...account.reserved.values()].reduce((sum, each) => sum + each, 0);
    if (account.balance - reserved < 0) this.complain(`account ${id} is below zero`);
  }

  private change(account: AuditedAccount, id: string, type: string, data: MoneyData): void {
    const { amount, transferId } = data;
    if (amount && amount.currency !== account.currency) this.complain(`${id} has two currencies`);
    const minorUnits = amount?.minorUnits ?? 0;
    const sums = this.sumsOf(account.currency);
    const add = (amountOrLess: number): void => {
      account.balance += amountOrLess;
      sums.inAccounts += amountOrLess;
    };
    switch (type) {
      case 'money.deposited':
        add(minorUnits);
        if (transferId === undefined) return void (sums.fromOutside += minorUnits);
        return this.move(transferId, 'credited', id, minorUnits);
      case 'money.withdrawn':
        add(-minorUnits);
        return void (sums.fromOutside -= minorUnits);
      case 'money.reserved':
        account.reserved.set(transferId ?? '', minorUnits);
        return this.move(transferId, 'reserved', id, minorUnits);
      case 'money.released':
        account.reserved.delete(transferId ?? '');
        return this.move(transferId, 'released', id, minorUnits);
      case 'money.captured':
        account.reserved.delete(transferId ?? '');
        add(-minorUnits);
        return this.move(transferId, 'captured', id, minorUnits);
      case 'account.closed':
        account.isClosed = true;
        if (account.balance !== 0) this.complain(`account ${id} is closed with money in it`);
    }
  }

  private ofTransfer(id: string, type: string, data: MoneyData): void {
    if (type === 'transfer.requested') {
      const { from = '', to = '', amount } = data;
      const { minorUnits = 0, currency = '' } = amount ?? {};
      this.transfers.set(id, { from, to, amount: minorUnits, currency, moves: [] });
      return;
    }
    const transfer = this.transfers.get(id);
    const end = type.slice('transfer.'.length);
    if (!transfer) return this.complain(`transfer ${id} is ${end} and was never requested`);
    if (transfer.end) this.complain(`transfer ${id} is ${transfer.end} and ${end}`);
    transfer.end = end;
    const moves = transfer.moves.join(' ');
    if (moves !== WHOLE_STORIES[end]) this.complain(`transfer ${id} is ${end} after "${moves}"`);
  }

  private move(id: string | undefined, kind: string, account: string, amount: number): void {
    const transfer = this.transfers.get(id ?? '');
    if (!transfer) return this.complain(`money is ${kind} for transfer ${id}, which is unknown`);
    if (transfer.moves.includes(kind)) this.complain(`money of transfer ${id} is ${kind} twice`);
    if (transfer.end) this.complain(`money of transfer ${id} is ${kind} after its end`);
    const place = kind === 'credited' ? transfer.to : transfer.from;
    if (account !== place || amount !== transfer.amount) {
      this.complain(`${amount} is ${kind} in ${account} for transfer ${id}`);
    }
    const sums = this.sumsOf(transfer.currency);
    if (kind === 'credited') sums.countedTwice += amount;
    if (kind === 'captured' && transfer.moves.includes('credited')) sums.countedTwice -= amount;
    transfer.moves.push(kind);
    const moves = transfer.moves.join(' ');
    if (!Object.values(WHOLE_STORIES).some((story) => story.startsWith(moves))) {
      this.complain(`money of transfer ${id} is ${moves}`);
    }
  }

  /** Money that has come is set aside in the account that pays for a moment longer, and counted where it came. */
  private checkSums(): void {
    for (const [currency, { inAccounts, countedTwice, fromOutside }] of this.sums) {
      if (inAccounts - countedTwice === fromOutside) continue;
      this.complain(
        `there are ${inAccounts - countedTwice} ${currency}, and ${fromOutside} came from outside`,
      );
    }
  }

  private sumsOf(currency: string): Sums {
    const sums = this.sums.get(currency) ?? { inAccounts: 0, countedTwice: 0, fromOutside: 0 };
    this.sums.set(currency, sums);
    return sums;
  }

  private complain(what: string): void {
    this.violations.push(`position ${this.position}: ${what}`);
  }
}
