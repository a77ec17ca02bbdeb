import { CommandBus } from '@nestjs/cqrs';
import { v5, v7 } from 'uuid';
import { Money } from '../../src/common/money/money.value-object.js';
import { Account } from '../../src/contexts/accounts/account.aggregate.js';
import { DepositMoney } from '../../src/contexts/accounts/account.contract.js';
import { CaptureMoneyHandler } from '../../src/contexts/accounts/commands/capture-money.command.js';
import {
  CloseAccount,
  CloseAccountHandler,
} from '../../src/contexts/accounts/commands/close-account.command.js';
import { DepositMoneyHandler } from '../../src/contexts/accounts/commands/deposit-money.command.js';
import {
  OpenAccount,
  OpenAccountHandler,
} from '../../src/contexts/accounts/commands/open-account.command.js';
import { ReleaseMoneyHandler } from '../../src/contexts/accounts/commands/release-money.command.js';
import { ReserveMoneyHandler } from '../../src/contexts/accounts/commands/reserve-money.command.js';
import {
  WithdrawMoney,
  WithdrawMoneyHandler,
} from '../../src/contexts/accounts/commands/withdraw-money.command.js';
import { CompleteTransferHandler } from '../../src/contexts/transfers/commands/complete-transfer.command.js';
import { FailTransferHandler } from '../../src/contexts/transfers/commands/fail-transfer.command.js';
import { RefundTransferHandler } from '../../src/contexts/transfers/commands/refund-transfer.command.js';
import {
  RequestTransfer,
  RequestTransferHandler,
} from '../../src/contexts/transfers/commands/request-transfer.command.js';
import { Transfer } from '../../src/contexts/transfers/transfer.aggregate.js';
import { TransferSaga } from '../../src/contexts/transfers/transfer.saga.js';
import { TransfersSettings } from '../../src/contexts/transfers/transfers.settings.js';
import {
  Clock,
  DomainError,
  type EventEnvelope,
  EventSourcingModule,
} from '../../src/event-sourcing/index.js';
import { SagaCommandsProcessor } from '../../src/event-sourcing/sagas/saga-commands.processor.js';
import { sagaDefinitionOf } from '../../src/event-sourcing/sagas/saga-definition.js';
import { SagaDeadlineReached, SagaStepped } from '../../src/event-sourcing/sagas/saga.events.js';
import { SagaLog } from '../../src/event-sourcing/sagas/saga-log.js';
import { SagaProcessor } from '../../src/event-sourcing/sagas/saga.processor.js';
import { collect } from './async.js';
import { type BootedKit, bootKit } from './booted-kit.js';
import { SettableClock } from './controlled-environment.js';
import { MoneyAudit } from './money-audit.js';

const TIMEOUT_MS = 60_000;
const TRIAL = { attempts: 1, isOutage: () => false };
const IN_THE_BEGINNING = '2026-01-01T00:00:00.000Z';
/** Later than every deadline. */
const IN_THE_END = '2027-01-01T00:00:00.000Z';

const HANDLERS = [
  OpenAccountHandler,
  DepositMoneyHandler,
  WithdrawMoneyHandler,
  ReserveMoneyHandler,
  ReleaseMoneyHandler,
  CaptureMoneyHandler,
  CloseAccountHandler,
  RequestTransferHandler,
  CompleteTransferHandler,
  RefundTransferHandler,
  FailTransferHandler,
];

/**
 * Accounts and transfers as they are, with what runs the saga as it is, on a log in memory; but nothing runs by itself.
 * When which event is answered, which command is sent, and what the time is then, is for a test to say.
 */
export class TransferWorld {
  private readonly saga: SagaProcessor;
  private readonly sender: SagaCommandsProcessor;
  private readonly sagaLog: SagaLog;
  private readonly clock: SettableClock;
  /** How far the events of each saga are answered, and its commands sent. */
  private readonly answered = new Map<string, number>();
  private readonly sent = new Map<string, number>();

  private constructor(
    private readonly kit: BootedKit,
    /** Where the log begins for this world. */
    private readonly begin: number,
    private readonly accounts: readonly string[],
  ) {
    const definition = sagaDefinitionOf(TransferSaga);
    if (!definition) throw new Error('It is no saga.');
    this.clock = kit.app.get(Clock);
    this.sagaLog = kit.app.get(SagaLog, { strict: false });
    this.saga = new SagaProcessor(definition, new TransferSaga(), this.sagaLog, this.clock, []);
    this.sender = new SagaCommandsProcessor(kit.app.get(CommandBus), this.sagaLog);
  }

  /** What worlds run on. */
  static boot(): Promise<BootedKit> {
    const settings = new TransfersSettings({ timeoutMs: TIMEOUT_MS });
    return bootKit({
      imports: [EventSourcingModule.forFeature([Account, Transfer])],
      providers: [...HANDLERS, { provide: TransfersSettings, useValue: settings }],
      configure: (builder) => builder.overrideProvider(Clock).useValue(new SettableClock()),
    });
  }

  /** A world of its own, with accounts in these currencies, of which the last is not open yet. */
  static async create(kit: BootedKit, currencies: readonly string[]): Promise<TransferWorld> {
    const begin = await kit.store.headPosition();
    const ids = currencies.map(() => v7());
    const world = new TransferWorld(kit, begin, ids);
    world.clock.set(IN_THE_BEGINNING);
    for (const [nth, currency] of currencies.slice(0, -1).entries()) {
      await world.open(nth, currency);
    }
    return world;
  }

  open(nth: number, currency: string): Promise<void> {
    return this.ask(new OpenAccount(this.account(nth), v7(), currency));
  }

  close(nth: number): Promise<void> {
    return this.ask(new CloseAccount(this.account(nth)));
  }

  deposit(nth: number, amount: number, currency: string): Promise<void> {
    return this.ask(new DepositMoney(this.account(nth), new Money(amount, currency)));
  }

  withdraw(nth: number, amount: number, currency: string): Promise<void> {
    return this.ask(new WithdrawMoney(this.account(nth), new Money(amount, currency)));
  }

  request(from: number, to: number, amount: number, currency: string): Promise<void> {
    const money = new Money(amount, currency);
    return this.ask(new RequestTransfer(v7(), this.account(from), this.account(to), money));
  }

  /** To where clocks of other machines may be: forwards, or back. */
  passTime(ms: number): void {
    this.clock.set(new Date(this.clock.now().getTime() + ms).toISOString());
  }

  /** The saga of a transfer answers the next event, if there is one for it. */
  async answerNext(nth: number): Promise<boolean> {
    const id = await this.transfer(nth);
    const [next] = (await this.forSaga(id)).filter(
      ({ position }) => position > (this.answered.get(id) ?? 0),
    );
    if (!next) return false;
    await this.saga.perform(next, TRIAL);
    this.answered.set(id, next.position);
    return true;
  }

  /** It is given one again that it has answered. */
  async answerAgain(nth: number, which: number): Promise<void> {
    const id = await this.transfer(nth);
    const known = (await this.forSaga(id)).filter(
      ({ position }) => position <= (this.answered.get(id) ?? 0),
    );
    if (known.length > 0) await this.saga.perform(known[which % known.length], TRIAL);
  }

  /** The commands of its next step are sent. */
  async sendNext(nth: number): Promise<boolean> {
    const id = await this.transfer(nth);
    const [next] = (await this.steps(id)).filter(
      ({ position }) => position > (this.sent.get(id) ?? 0),
    );
    if (!next) return false;
    await this.sender.perform(next, TRIAL);
    this.sent.set(id, next.position);
    return true;
  }

  /** Commands that were sent are sent again, after a crash or by an owner who stood still. */
  async sendAgain(nth: number, which: number): Promise<void> {
    const id = await this.transfer(nth);
    const known = (await this.steps(id)).filter(
      ({ position }) => position <= (this.sent.get(id) ?? 0),
    );
    if (known.length > 0) await this.sender.perform(known[which % known.length], TRIAL);
  }

  /** What is due of a transfer's deadlines is reached. */
  async reachDeadlines(nth: number): Promise<boolean> {
    const id = await this.transfer(nth);
    const stream = `saga_transfer-${id}`;
    const { last } = await this.sagaLog.load(stream);
    const [due] = (last?.deadlines ?? []).filter(({ dueAt }) => dueAt <= this.clock.now());
    if (!due) return false;
    const reached = new SagaDeadlineReached(due.id, due.name, due.dueAt);
    const before = await this.kit.store.headPosition();
    await this.sagaLog.append(stream, 'any', reached, v5('reached', due.id));
    return (await this.kit.store.headPosition()) > before;
  }

  /** Everything that is to be done is done: now, or when the time of every deadline has come. */
  async settle(when: 'now' | 'in the end'): Promise<void> {
    if (when === 'in the end') this.clock.set(IN_THE_END);
    const count = (await this.transfers()).length;
    for (let nth = 0; nth < count; nth += 1) {
      while (
        (await this.answerNext(nth)) ||
        (await this.sendNext(nth)) ||
        (await this.reachDeadlines(nth))
      );
    }
  }

  async audit(): Promise<MoneyAudit> {
    return new MoneyAudit(await collect(this.kit.store.readLog({ after: this.begin })));
  }

  private account(nth: number): string {
    return this.accounts[nth % this.accounts.length];
  }

  /** A refusal is an answer as well. */
  private async ask(command: object): Promise<void> {
    try {
      await this.kit.app.get(CommandBus).execute(command);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
    }
  }

  private async transfer(nth: number): Promise<string> {
    const ids = await this.transfers();
    return ids.length === 0 ? 'none' : ids[nth % ids.length];
  }

  private async transfers(): Promise<string[]> {
    const requests = this.kit.store.readLog({ after: this.begin, types: ['transfer.requested'] });
    return (await collect(requests)).map(({ stream }) => stream.slice('transfer-'.length));
  }

  private async forSaga(id: string): Promise<EventEnvelope[]> {
    const { eventTypes: types } = this.saga;
    const all = await collect(this.kit.reader.readLog({ after: this.begin, types }));
    return all.filter((envelope) => this.saga.keyOf(envelope) === `saga_transfer-${id}`);
  }

  private async steps(id: string): Promise<EventEnvelope[]> {
    const stream = await collect(this.kit.reader.readStream(`saga_transfer-${id}`));
    return stream.filter(({ event }) => event instanceof SagaStepped);
  }
}
