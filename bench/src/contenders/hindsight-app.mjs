import { dataOf } from '../child/payload.mjs';
import { importRootPackage, kit, product } from '../product.mjs';

/* Hindsight as a Nest application uses it. Decorators are called, as plain JavaScript has no syntax for them. */

await importRootPackage('reflect-metadata');
const { Module } = await importRootPackage('@nestjs/common');
const { NestFactory } = await importRootPackage('@nestjs/core');
const { TypeOrmModule } = await importRootPackage('@nestjs/typeorm');
const { dataSourceOptions } = await product('config/data-source-options.js');
const { parseDatabaseUrl } = await product('config/database-url.js');
const {
  Aggregate,
  AggregateRoot,
  Processor,
  Processors,
  DomainEvent,
  EventSourcingModule,
  EventStore,
  IdGenerator,
  getAggregateRepositoryToken,
} = await kit();

const TYPE = 'account.booked';
const FOLLOWER = 'follower';
const PATIENCE_MS = 60_000;

class AccountBooked {
  constructor(account, amount) {
    Object.assign(this, dataOf(account, amount));
  }
}
DomainEvent(TYPE)(AccountBooked);

export class Account extends AggregateRoot {
  bookings = 0;
  total = 0;

  book() {
    this.bookAs(this.bookings + 1);
  }

  bookAs(amount) {
    this.apply(new AccountBooked(this.id, amount));
    return this;
  }

  onAccountBooked({ amount }) {
    this.bookings += 1;
    this.total += amount;
  }
}
Aggregate('account')(Account);

/** An application on a database; with `seen`, one that also follows the log. */
export async function bootHub({ url }, seen) {
  class Follower extends Processor {
    name = FOLLOWER;
    eventTypes = [TYPE];
    handle({ event }) {
      seen(event.amount);
      return Promise.resolve();
    }
  }
  class Hub {}
  Module({
    imports: [
      TypeOrmModule.forRoot({
        ...dataSourceOptions(parseDatabaseUrl(url)),
        autoLoadEntities: true,
        retryAttempts: 0,
      }),
      EventSourcingModule.forRoot(),
      EventSourcingModule.forFeature([Account]),
    ],
    providers: seen ? [Follower] : [],
  })(Hub);
  const app = await NestFactory.createApplicationContext(Hub, { logger: ['error', 'fatal'] });
  const ids = app.get(IdGenerator);
  return {
    store: app.get(EventStore),
    accounts: app.get(getAggregateRepositoryToken(Account), { strict: false }),
    booked: (account, amount) => ({
      id: ids.next(),
      type: TYPE,
      version: 1,
      data: dataOf(account, amount),
    }),
    caughtUp: () => app.get(Processors).caughtUp(FOLLOWER, PATIENCE_MS),
    close: () => app.close(),
  };
}
