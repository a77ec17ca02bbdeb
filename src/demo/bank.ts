import { setImmediate as nextTurn } from 'node:timers/promises';
import { type INestApplicationContext } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { Money } from '../common/money/money.value-object.js';
import { DepositMoney } from '../contexts/accounts/account.contract.js';
import type { AccountView } from '../contexts/accounts/account-view.dto.js';
import { OpenAccount } from '../contexts/accounts/commands/open-account.command.js';
import { OpenAccountWhenUserIsCreated } from '../contexts/accounts/policies/open-account-when-user-is-created.policy.js';
import { FindAccount } from '../contexts/accounts/queries/find-account.query.js';
import { ListAccounts } from '../contexts/accounts/queries/list-accounts.query.js';
import { RequestTransfer } from '../contexts/transfers/commands/request-transfer.command.js';
import {
  FindTransfer,
  type TransferWithSteps,
} from '../contexts/transfers/queries/find-transfer.query.js';
import { IdGenerator, Processors } from '../event-sourcing/index.js';

const PATIENCE_MS = 10_000;

/** What the demo asks of accounts and transfers, each with an end to wait for. */
export class Bank {
  private readonly commands: CommandBus;
  private readonly queries: QueryBus;
  private readonly ids: IdGenerator;

  constructor(private readonly app: INestApplicationContext) {
    this.commands = app.get(CommandBus);
    this.queries = app.get(QueryBus);
    this.ids = app.get(IdGenerator);
  }

  /** The account that the policy has opened for a user. */
  async accountOf(owner: string): Promise<string> {
    const { name } = this.app.get(OpenAccountWhenUserIsCreated, { strict: false });
    await this.app.get(Processors).caughtUp(name, PATIENCE_MS);
    const { items } = await this.queries.execute(new ListAccounts(1, 0, owner));
    return items[0].id;
  }

  async open(owner: string, currency: string): Promise<string> {
    const { id } = await this.commands.execute(new OpenAccount(this.ids.next(), owner, currency));
    return id;
  }

  async deposit(id: string, amount: Money): Promise<void> {
    await this.commands.execute(new DepositMoney(id, amount));
  }

  find(id: string): Promise<AccountView> {
    return this.queries.execute(new FindAccount(id));
  }

  /** @returns the transfer when it has ended; the correlation id of all it led to is its own id. */
  async transfer(from: string, to: string, amount: Money): Promise<TransferWithSteps> {
    const id = this.ids.next();
    await this.commands.execute(new RequestTransfer(id, from, to, amount, { commandId: id }));
    for (;;) {
      const found = await this.queries.execute(new FindTransfer(id));
      if (found.transfer.status !== 'pending') return found;
      await nextTurn();
    }
  }
}
