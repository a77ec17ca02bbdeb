import { sqliteDriver } from '../../src/event-sourcing/store/typeorm/sqlite/sqlite-driver.js';
import { Global, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { getDataSourceToken } from '@nestjs/typeorm';
import { v7 } from 'uuid';
import {
  Aggregate,
  AggregateRoot,
  Processor,
  ConfigurationError,
  EventSourcingModule,
  Upcaster,
} from '../../src/event-sourcing/index.js';
import { collect, failureOf } from '../support/async.js';
import { bootKit, type BootOptions, compileKit } from '../support/booted-kit.js';
import { CapturedLogs } from '../support/captured-logs.js';
import { Counter } from '../support/counter.aggregate.js';
import { CounterIncreased } from '../support/counter.events.js';
import { createDatabase, type TestDatabase } from '../support/databases.js';

@Aggregate('counter')
class OtherCounter extends Counter {}

@Aggregate('thing')
class Thing extends AggregateRoot {
  onThingHappened(): void {}
}

class UndeclaredAggregate extends AggregateRoot {}

@Upcaster('counter.counted', { from: 1 })
class UpcastsCounted {
  upcast(): [] {
    return [];
  }
}

@Upcaster('counter.counted', { from: 1 })
class UpcastsCountedToo extends UpcastsCounted {}

class CountsStarts extends Processor {
  readonly name = 'starts';
  readonly eventTypes = ['counter.started'];
  handle(): Promise<void> {
    return Promise.resolve();
  }
}

class CountsStartsToo extends CountsStarts {}

/** What is wrong with an application put together like this; nothing when it boots. */
async function problemsOf(options: BootOptions): Promise<readonly string[]> {
  const app = await compileKit(options, new CapturedLogs());
  try {
    await app.init();
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  } finally {
    await app.close();
  }
}

const withAggregates = (...aggregates: (new (id: string) => AggregateRoot)[]): BootOptions => ({
  imports: [EventSourcingModule.forFeature(aggregates)],
});

describe('the boot', () => {
  it('succeeds where everything fits', async () => {
    expect(await problemsOf({ ...withAggregates(Counter), providers: [UpcastsCounted] })).toEqual(
      [],
    );
  });

  it('finds upcasters among the providers of any module', async () => {
    @Module({ providers: [UpcastsCounted] })
    class Feature {}
    const { app, store, reader } = await bootKit({ imports: [Feature] });
    await store.append('counter-1', 'none', [
      { id: v7(), type: 'counter.counted', version: 1, data: {} },
      { id: v7(), type: 'counter.increased', version: 1, data: { by: 1 } },
    ]);
    const events = await collect(reader.readLog());
    expect(events.map(({ event }) => event)).toEqual([new CounterIncreased(1)]);
    await app.close();
  });

  it('fails for two aggregates of one category, in whatever modules they are', async () => {
    const imports = [Counter, OtherCounter].map((each) => EventSourcingModule.forFeature([each]));
    expect(await problemsOf({ imports })).toEqual([
      "Counter and OtherCounter are both @Aggregate('counter'). Give one another category.",
    ]);
  });

  it('fails for a handler of an event that is not declared', async () => {
    expect(await problemsOf(withAggregates(Thing))).toEqual([
      expect.stringMatching(/^Thing\.onThingHappened handles an event that is not declared/),
    ]);
  });

  it('fails for an aggregate that lacks a handler', async () => {
    @Aggregate('counter')
    class Forgetful extends AggregateRoot {
      onCounterStarted(): void {}
    }
    expect(await problemsOf(withAggregates(Forgetful))).toEqual([
      'Forgetful has no handler for CounterIncreased. Add the method ' +
        'onCounterIncreased(event: CounterIncreased): void.',
    ]);
  });

  it('fails for an aggregate that is not declared, before anything else', async () => {
    const failure = await failureOf(compileKit(withAggregates(UndeclaredAggregate)));
    expect(failure).toBeInstanceOf(ConfigurationError);
    expect(failure.message).toMatch(
      /^UndeclaredAggregate is not a declared aggregate\. Write @Agg/,
    );
  });

  it('fails for two upcasters of one version', async () => {
    expect(await problemsOf({ providers: [UpcastsCounted, UpcastsCountedToo] })).toEqual([
      'UpcastsCounted and UpcastsCountedToo both lift "counter.counted" version 1. Remove one.',
    ]);
  });

  it.each([
    ['as it is', CqrsModule],
    ['with forRoot', CqrsModule.forRoot()],
  ])('fails where a module imports CqrsModule %s, too', async (_, cqrs) => {
    @Module({ imports: [cqrs] })
    class Feature {}
    expect(await problemsOf({ imports: [Feature] })).toEqual([
      expect.stringMatching(/^A module imports CqrsModule.* Remove CqrsModule from its imports/),
    ]);
  });

  it('fails where EventSourcingModule.forRoot is imported twice, which would be two logs', async () => {
    const imports = [EventSourcingModule.forRoot({ store: 'memory' })];
    expect(await problemsOf({ imports })).toContainEqual(
      expect.stringMatching(/^EventSourcingModule\.forRoot\(\) is imported 2 times\. /),
    );
  });

  it('reports everything it finds at once', async () => {
    const problems = await problemsOf({
      imports: [CqrsModule, EventSourcingModule.forFeature([Counter, OtherCounter, Thing])],
      providers: [UpcastsCounted, UpcastsCountedToo],
    });
    expect(problems).toHaveLength(4);
    expect(new ConfigurationError(problems).message).toMatch(/^4 problems:\n {2}- .*\n {2}- /);
  });
});

describe('the store in memory', () => {
  const environment = process.env.NODE_ENV;

  afterEach(() => {
    process.env.NODE_ENV = environment;
  });

  it('is refused in production', async () => {
    process.env.NODE_ENV = 'production';
    const failure = await failureOf(compileKit());
    expect(failure).toBeInstanceOf(ConfigurationError);
    expect(failure.message).toMatch(/^store: 'memory' loses every event .* Remove it/);
  });

  it('is refused where a handler wants to keep something in a database', async () => {
    expect(await problemsOf({ providers: [CountsStarts] })).toEqual([
      expect.stringMatching(
        /^CountsStarts keeps something in a database, and the log is in memory/,
      ),
    ]);
  });
});

describe('the data source', () => {
  function bootOn(dataSource?: object): Promise<unknown> {
    @Global()
    @Module({
      providers: [{ provide: getDataSourceToken(), useValue: dataSource }],
      exports: [getDataSourceToken()],
    })
    class Database {}
    return Test.createTestingModule({
      imports: [...(dataSource ? [Database] : []), EventSourcingModule.forRoot()],
    })
      .setLogger(new CapturedLogs())
      .compile();
  }

  it('is missing: the message says what to import', async () => {
    const failure = await failureOf(bootOn());
    expect(failure).toBeInstanceOf(ConfigurationError);
    expect(failure.message).toMatch(
      /^The event store needs a TypeORM data source\. Import TypeOrm/,
    );
  });

  it('is of a kind that cannot hold the log: the message says which can', async () => {
    const failure = await failureOf(bootOn({ options: { type: 'mysql' } }));
    expect(failure).toBeInstanceOf(ConfigurationError);
    expect(failure.message).toMatch(
      /'better-sqlite3' or 'postgres', and the data source is 'mysql'/,
    );
  });

  it('is in memory: the message says what to set instead', async () => {
    const database = {
      options: { type: 'better-sqlite3', driver: sqliteDriver(), database: ':memory:' },
    } as unknown as TestDatabase;
    const failure = await failureOf(compileKit({ database }));
    expect(failure).toBeInstanceOf(ConfigurationError);
    expect(failure.message).toMatch(/^The event store needs a SQLite file/);
  });
});

describe('processors', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createDatabase('sqlite');
  });

  afterAll(() => database.drop());

  it('of one name fail the boot, and are named', async () => {
    expect(await problemsOf({ database, providers: [CountsStarts, CountsStartsToo] })).toEqual([
      'CountsStarts and CountsStartsToo are both processors named "starts". Give one of them another name.',
    ]);
  });
});
