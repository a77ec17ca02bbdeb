import { type INestApplicationContext } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { moneyText } from '../common/money/money-text.js';
import { Money } from '../common/money/money.value-object.js';
import type { TransferWithSteps } from '../contexts/transfers/queries/find-transfer.query.js';
import { CreateUser } from '../contexts/users/commands/create-user.command.js';
import { EventStore, IdGenerator, type RecordedEvent } from '../event-sourcing/index.js';
import { Bank } from './bank.js';
import { causationTree } from './causation-tree.js';
import { table } from '../common/text/table.js';

/** Has a user pay another one: once it works, and once the money comes back. */
export async function showTransfers(
  app: INestApplicationContext,
  john: string,
  print: (line: string) => void,
): Promise<void> {
  const bank = new Bank(app);
  const jane = app.get(IdGenerator).next();
  await app.get(CommandBus).execute(new CreateUser(jane, 'jane_doe', 'jane@example.com'));
  const ofJohn = await bank.accountOf(john);
  const ofJane = await bank.accountOf(jane);
  const inDollars = await bank.open(jane, 'USD');
  const names = new Map([
    [ofJohn, 'john_doe'],
    [ofJane, 'jane_doe'],
    [inDollars, 'jane_doe, in USD'],
  ]);
  const show = ({ transfer, steps }: TransferWithSteps): void => {
    const rows = steps.map(({ kind, accountId }) => [kind, names.get(accountId ?? '') ?? '']);
    print('');
    table(['step', 'account'], rows).forEach(print);
    print('');
    if (transfer.reason) print(`   Reason: ${transfer.reason}`);
  };

  await bank.deposit(ofJohn, new Money(10_000, 'EUR'));
  print('5. jane_doe is created too. A policy has opened an account for each of them; john_doe');
  print('   deposits 100.00 EUR, and transfers 25.50 EUR. A durable saga takes the steps:');
  show(await bank.transfer(ofJohn, ofJane, new Money(2_550, 'EUR')));

  print('6. He transfers 10.00 EUR to an account in dollars, which refuses them. They come back:');
  const refunded = await bank.transfer(ofJohn, inDollars, new Money(1_000, 'EUR'));
  show(refunded);
  print('');

  print('7. No cent is lost or made:');
  print('');
  const accounts = await Promise.all([...names.keys()].map((id) => bank.find(id)));
  const balances = accounts.map(({ id, balance, currency }) => [
    names.get(id) ?? '',
    moneyText(new Money(balance, currency)),
  ]);
  table(['account', 'balance'], balances).forEach(print);
  print('');

  print('8. Every event knows what led to it. The refund, from its cause to its end:');
  print('');
  const { id: correlationId } = refunded.transfer;
  const events: RecordedEvent[] = [];
  for await (const event of app.get(EventStore).readLog({ correlationId })) events.push(event);
  table(['position', 'event', ''], causationTree(events)).forEach(print);
}
