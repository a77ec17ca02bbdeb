import {
  AggregateRoot as StockAggregateRoot,
  AsyncContext,
  EventsHandler,
  Publishable,
  UnhandledExceptionBus,
} from '@nestjs/cqrs';
import {
  ConcurrencyError,
  DomainEvent,
  EventStore,
  StoreUnavailableError,
  UnappliedEventError,
  UnconnectedAggregateError,
} from '../../src/event-sourcing/index.js';
import { collect, failureOf, until } from '../support/async.js';
import { bootKit, type BootedKit } from '../support/booted-kit.js';
import { Counter } from '../support/counter.aggregate.js';
import { CounterIncreased, CounterStarted } from '../support/counter.events.js';
import { createDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.js';

@DomainEvent<Rang>('bell.rang', { stream: ({ bell }) => `bell-${bell}` })
class Rang {
  constructor(
    readonly bell: string,
    readonly nr: number,
  ) {}
}

/** An aggregate that knows nothing of the kit. */
class Bell extends StockAggregateRoot {
  constructor(readonly id: string) {
    super();
  }

  ring(times: number): void {
    for (let nr = 1; nr <= times; nr += 1) this.apply(new Rang(this.id, nr));
  }
}

@EventsHandler(CounterStarted, CounterIncreased, Rang)
class Witness {
  readonly logWhenHeard: number[] = [];

  constructor(private readonly store: EventStore) {}

  async handle(): Promise<void> {
    this.logWhenHeard.push(await this.store.headPosition());
  }
}

let kit: BootedKit;

async function boot(database?: TestDatabase): Promise<BootedKit> {
  kit = await bootKit({ database, providers: [Witness] });
  return kit;
}

function started<T extends Counter>(counter: T): T {
  counter.start('visits');
  counter.increase(2);
  return counter;
}

afterEach(() => kit.app.close());

describe('an aggregate of the kit', () => {
  it.each(['mergeObjectContext', 'mergeClassContext'] as const)(
    'connected by %s stores on commit, before any handler hears',
    async (merge) => {
      const { publisher, bus, reader, app } = await boot();
      const counter =
        merge === 'mergeObjectContext'
          ? started(publisher.mergeObjectContext(new Counter('1')))
          : started(new (publisher.mergeClassContext(Counter))('1'));
      await counter.commit();
      const stored = await collect(reader.readStream('counter-1'));
      expect(stored.map(({ event }) => event)).toEqual([
        new CounterStarted('visits'),
        new CounterIncreased(2),
      ]);
      expect(counter.revision).toBe(2);
      await bus.idle();
      expect(app.get(Witness).logWhenHeard).toEqual([2, 2]);
    },
  );

  it('keeps the name of its class when that is merged', async () => {
    const { publisher } = await boot();
    const counter = new (publisher.mergeClassContext(Counter))('1');
    expect(() => counter.apply(new Rang('1', 1))).toThrow(/^Counter cannot apply Rang\./);
  });

  it('stores what a failed commit did not, when it commits again', async () => {
    const { publisher, faulty } = await boot();
    const counter = started(publisher.mergeObjectContext(new Counter('1'), new AsyncContext()));
    faulty.failNext('after the write');
    await expect(counter.commit()).rejects.toThrow(StoreUnavailableError);
    await counter.commit();
    expect(await faulty.streamRevision('counter-1')).toBe(2);
  });

  it('commits twice at once, and stores each event once', async () => {
    const { publisher, store } = await boot();
    const counter = started(publisher.mergeObjectContext(new Counter('1')));
    await Promise.all([counter.commit(), counter.commit()]);
    expect(await store.headPosition()).toBe(2);
  });

  it('is refused when others have changed its stream', async () => {
    const { publisher } = await boot();
    const [mine, theirs] = ['1', '1'].map((id) => publisher.mergeObjectContext(new Counter(id)));
    await started(theirs).commit();
    await expect(started(mine).commit()).rejects.toThrow(ConcurrencyError);
  });

  it('publishes no event it has not applied, which could never be replayed', async () => {
    const { publisher, bus, store } = await boot();
    const counter = started(publisher.mergeObjectContext(new Counter('1')));
    const stray = new CounterIncreased(40);
    const publish = counter.publish.bind(counter) as unknown as (event: object) => Promise<void>;
    for (const attempt of [publish(stray), bus.publish(stray, counter) as Promise<void>]) {
      const failure = await failureOf(attempt);
      expect(failure).toBeInstanceOf(UnappliedEventError);
      expect(failure.message).toMatch(/Counter has not applied CounterIncreased.*apply\(event\)/);
    }
    expect(await store.headPosition()).toBe(0);
  });

  it('refuses to commit past its stream, as @Publishable would have it', async () => {
    @Publishable()
    class PublishableCounter extends Counter {}
    await boot();
    const failure = await failureOf(started(new PublishableCounter('1')).commit());
    expect(failure).toBeInstanceOf(UnconnectedAggregateError);
  });
});

describe.each(DATABASE_KINDS)('a stock aggregate, with the log in %s', (kind) => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createDatabase(kind);
  });

  afterAll(() => database.drop());

  it.each(['mergeObjectContext', 'mergeClassContext'] as const)(
    'connected by %s loses no event, though nobody can await its commit',
    async (merge) => {
      const { publisher, store, bus, app } = await boot(database);
      const bell =
        merge === 'mergeObjectContext'
          ? publisher.mergeObjectContext(new Bell(merge))
          : new (publisher.mergeClassContext(Bell))(merge);
      bell.ring(3);
      bell.commit();
      bell.ring(2);
      bell.commit();
      await until(async () => (await store.streamRevision(`bell-${merge}`)) === 5);
      const stored = await collect(store.readStream(`bell-${merge}`));
      expect(stored.map(({ data }) => (data as unknown as Rang).nr)).toEqual([1, 2, 3, 1, 2]);
      await until(() => app.get(Witness).logWhenHeard.length === 5);
      await bus.idle();
    },
  );
});

describe('a stock aggregate whose events cannot be stored', () => {
  it('is reported by name, since nobody can await its commit, and the process goes on', async () => {
    const { publisher, faulty, logs, app, store } = await boot();
    const reported: unknown[] = [];
    app.get(UnhandledExceptionBus).subscribe(({ exception }) => reported.push(exception));
    const bell = publisher.mergeObjectContext(new Bell('1'));
    faulty.failNext('before the write');
    bell.ring(2);
    bell.commit();
    await until(() => reported.length === 1);
    expect(reported[0]).toBeInstanceOf(StoreUnavailableError);
    expect(logs.errors).toEqual([expect.stringMatching(/Bell.*2 events.*The database is away/)]);
    bell.ring(1);
    bell.commit();
    await until(async () => (await store.headPosition()) === 1);
  });
});
