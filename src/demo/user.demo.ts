import { type INestApplicationContext } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ChangeEmail } from '../contexts/users/commands/change-email.command.js';
import { CreateUser } from '../contexts/users/commands/create-user.command.js';
import { User } from '../contexts/users/user.aggregate.js';
import {
  type AggregateRepository,
  EventStore,
  getAggregateRepositoryToken,
  IdGenerator,
} from '../event-sourcing/index.js';
import { table } from '../common/text/table.js';

/** A user's stream fits. */
const MAX_NAME = 41;

/** Creates a user, replays it, shows the log, changes the user and looks back. @returns the id of the user */
export async function showUser(
  app: INestApplicationContext,
  print: (line: string) => void,
): Promise<string> {
  const commands = app.get(CommandBus);
  const store = app.get(EventStore);
  const users = app.get<AggregateRepository<User>>(getAggregateRepositoryToken(User), {
    strict: false,
  });
  const id = app.get(IdGenerator).next();

  print(
    '1. The command CreateUser is sent; the aggregate User applies UserCreated; the store appends it.',
  );
  await commands.execute(new CreateUser(id, 'john_doe', 'john@example.com'));

  print('2. The stream is replayed into a fresh aggregate:');
  print('');
  const created = await users.load(id);
  print(`User: ${created.username}, Email: ${created.email}`);
  print('');

  print(
    '3. The log holds three events of it, stored in one append. The reservations keep names unique:',
  );
  print('');
  await printLog(store, print);
  print('');

  print('4. The e-mail address is changed. No event is overwritten, so both states can be read:');
  print('');
  await commands.execute(new ChangeEmail(id, 'j.doe@example.com'));
  const states = await Promise.all([1, 2].map((revision) => users.load(id, { revision })));
  const rows = states.map(({ revision, email }) => [String(revision), email]);
  table(['revision', 'email'], rows).forEach(print);
  return id;
}

async function printLog(store: EventStore, print: (line: string) => void): Promise<void> {
  const rows: string[][] = [];
  // The first append; what it leads to comes behind it.
  for await (const { position, stream, revision, type } of store.readLog({ upTo: 3 })) {
    rows.push([String(position), shorten(stream), String(revision), type]);
  }
  table(['position', 'stream', 'revision', 'type'], rows).forEach(print);
}

function shorten(stream: string): string {
  return stream.length > MAX_NAME ? `${stream.slice(0, MAX_NAME - 1)}…` : stream;
}
