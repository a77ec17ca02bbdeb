import { setTimeout as delay } from 'node:timers/promises';
import { moneyText } from '../../common/money/money-text.js';
import { Money } from '../../common/money/money.value-object.js';
import { table } from '../../common/text/table.js';
import { APPENDS, type Deployment, SERVICES } from './deployment.js';

const LOOK_EVERY_MS = 20;
const CORRELATION_ID = 'rent-for-may';

interface UserBody {
  readonly id: string;
  readonly username: string;
  readonly email: string;
}

interface AccountBody {
  readonly id: string;
  readonly balance: number;
  readonly currency: string;
}

interface TransferBody {
  readonly id: string;
  readonly status: string;
}

interface LoggedEvent {
  readonly position: number;
  readonly type: string;
  readonly metadata: { readonly actor: string };
}

interface Page<T> {
  readonly items: readonly T[];
}

type Print = (line: string) => void;

/** Plays a payment between users over the services of a deployment, and takes its hub away in the midst of it. */
export async function showServices(deployment: Deployment, print: Print): Promise<void> {
  const users = deployment.service('users');
  const accounts = deployment.service('accounts');
  const transfers = deployment.service('transfers');

  const create = (username: string, email: string): Promise<UserBody> =>
    users.post<UserBody>('users', { username, email });
  const accountOf = async ({ id }: UserBody): Promise<AccountBody> => {
    for (;;) {
      const { items } = await accounts.get<Page<AccountBody>>(`accounts?owner=${id}`);
      if (items.length > 0) return items[0];
      await delay(LOOK_EVERY_MS);
    }
  };
  const ended = async (id: string): Promise<TransferBody> => {
    for (;;) {
      const transfer = await transfers.get<TransferBody>(`transfers/${id}`);
      if (transfer.status !== 'pending') return transfer;
      await delay(LOOK_EVERY_MS);
    }
  };

  print('1. Four processes, each with a database of its own. The hub has the log, and no service:');
  print('');
  const rows = SERVICES.map((name) => {
    const { pid, url } = deployment.server(name);
    return [name, String(pid), url, APPENDS[name].join(', ')];
  });
  const { pid, url } = deployment.server('hub');
  table(
    ['process', 'pid', 'address', 'its key lets it append'],
    [['hub', String(pid), url, ''], ...rows],
  ).forEach(print);
  print('');

  print(
    '2. The users service creates john_doe and jane_doe: it appends UserCreated at the hub, and',
  );
  print('   reads john_doe back by replaying his stream:');
  print('');
  const john = await create('john_doe', 'john@example.com');
  const jane = await create('jane_doe', 'jane@example.com');
  const { username, email } = await users.get<UserBody>(`users/${john.id}`);
  print(`User: ${username}, Email: ${email}`);
  print('');

  print('3. The accounts service, which follows the log, has opened an account for each of them.');
  const [from, to] = [await accountOf(john), await accountOf(jane)];
  await accounts.post(`accounts/${from.id}/deposits`, { amount: 10_000, currency: 'EUR' });
  print('   john_doe deposits 100.00 EUR there.');
  print('');

  print(
    '4. The hub is killed with -9. Meanwhile john_doe asks the transfers service to send 25.50 EUR:',
  );
  await deployment.server('hub').kill();
  const since = performance.now();
  const [transfer] = await Promise.all([
    transfers.post<TransferBody>(
      'transfers',
      { from: from.id, to: to.id, amount: 2_550, currency: 'EUR' },
      CORRELATION_ID,
    ),
    deployment.startHub(),
  ]);
  const seconds = ((performance.now() - since) / 1_000).toFixed(1);
  print(
    `   it is accepted after ${seconds} s, when the hub has been started again, once and not twice.`,
  );
  const { status } = await ended(transfer.id);
  print(`   A durable saga takes its steps. It is ${status}.`);
  print('');

  print('5. What the hub has logged of it, and who has stored it there:');
  print('');
  const { items } = await deployment.log.get<Page<LoggedEvent>>(
    `events?correlationId=${CORRELATION_ID}`,
  );
  const events = items.map(({ position, type, metadata }) => [
    String(position),
    type,
    metadata.actor,
  ]);
  table(['position', 'event', 'stored by'], events).forEach(print);
  print('');

  print('6. No cent is lost or made:');
  print('');
  const balances = await Promise.all(
    [from, to].map(({ id }) => accounts.get<AccountBody>(`accounts/${id}`)),
  );
  table(
    ['account', 'balance'],
    balances.map(({ balance, currency }, nth) => [
      [john, jane][nth].username,
      moneyText(new Money(balance, currency)),
    ]),
  ).forEach(print);
  print('');
}
