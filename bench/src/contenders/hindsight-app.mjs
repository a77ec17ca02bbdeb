import { performance } from 'node:perf_hooks';
import { dataOf } from '../child/payload.mjs';
import { importRootPackage, kit, product } from '../product.mjs';

/* Hindsight as a Nest application uses it. Decorators are called, as plain JavaScript has no syntax for them. */

await importRootPackage('reflect-metadata');
const { Module } = await importRootPackage('@nestjs/common');
const { NestFactory } = await importRootPackage('@nestjs/core');
const { TypeOrmModule } = await importRootPackage('@nestjs/typeorm');
const { dataSourceOptions } = await product('config/data-source-options.js');
const { MessagingModule, NatsBroker } = await product('messaging/index.js');
const { Snapshots } = await product('event-sourcing/aggregate/snapshots/snapshots.js');
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
const PATIENCE_MS = 600_000;

export class AccountBooked {
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

/** Accounts of which a snapshot is kept every so many events. */
export function accountWithSnapshots(every) {
  class AccountWithSnapshots extends Account {}
  Aggregate('account', { snapshot: { every } })(AccountWithSnapshots);
  return AccountWithSnapshots;
}

/** A processor that tells of every event. */
export function follower(seen) {
  return class Follower extends Processor {
    name = 'follower';
    eventTypes = [TYPE];
    handle({ event }) {
      seen(event.amount);
      return Promise.resolve();
    }
  };
}

/** An application on a database, with what follows the log in it, and the entities that takes. */
export async function bootHub(
  { url },
  { account = Account, providers = [], entities = [], relayTo } = {},
) {
  const relay = relayTo && timedRelay(relayTo);
  class Hub {}
  Module({
    imports: [
      TypeOrmModule.forRoot({
        ...dataSourceOptions(parseDatabaseUrl(url)),
        autoLoadEntities: true,
        retryAttempts: 0,
      }),
      TypeOrmModule.forFeature(entities),
      EventSourcingModule.forRoot(),
      EventSourcingModule.forFeature([account]),
      ...(relay ? [MessagingModule.forRoot({ broker: relay.broker, relay: {} })] : []),
    ],
    providers,
  })(Hub);
  const app = await NestFactory.createApplicationContext(Hub, { logger: ['error', 'fatal'] });
  const ids = app.get(IdGenerator);
  return {
    store: app.get(EventStore),
    accounts: app.get(getAggregateRepositoryToken(account), { strict: false }),
    booked: (id, amount) => ({
      id: ids.next(),
      type: TYPE,
      version: 1,
      data: dataOf(id, amount),
    }),
    caughtUp: (processor) => app.get(Processors).caughtUp(processor, PATIENCE_MS),
    /** From the first publication until the last event has left, in milliseconds. */
    relayed: async () => {
      if (!(await app.get(Processors).caughtUp('event-relay', PATIENCE_MS)))
        throw new Error('It does not leave.');
      return relay.ms();
    },
    snapshotsTaken: () => app.get(Snapshots, { strict: false }).drained(),
    close: () => app.close(),
  };
}

/** A broker that tells how long after its first publication its last one had ended. */
function timedRelay(url) {
  const broker = new NatsBroker({ servers: [url] });
  const publish = broker.publish.bind(broker);
  let startedAt;
  let endedAt;
  broker.publish = async (events) => {
    startedAt ??= performance.now();
    await publish(events);
    endedAt = performance.now();
  };
  return { broker, ms: () => endedAt - startedAt };
}
