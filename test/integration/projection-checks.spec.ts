import { Injectable, Module, type Provider, Scope } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import {
  EffectProcessor,
  Processor,
  Processors,
  ConfigurationError,
  On,
  Projection,
} from '../../src/event-sourcing/index.js';
import { type BootOptions, compileKit } from '../support/booted-kit.js';
import { CapturedLogs } from '../support/captured-logs.js';
import { CounterIncreased, CounterStarted } from '../support/counter.events.js';
import { CounterTotal, CounterTotalsProjection } from '../support/counter-totals.js';
import { createDatabase, type TestDatabase } from '../support/databases.js';

class Undeclared {}

@Projection({ name: 'starts', version: 1 })
class Starts {
  @On(CounterStarted)
  async started(): Promise<void> {}
}

@Projection({ name: 'starts', version: 1 })
class StartsToo extends Starts {}

/** The table of another entity. */
@Entity('counter_totals')
class SameTotal {
  @PrimaryColumn('text')
  id: string;
  @Column('text')
  label: string;
}

@Projection({ name: 'same-totals', version: 1, entities: [SameTotal] })
class SameTotals extends Starts {}

class NotDecorated {
  @On(CounterIncreased)
  async increased(): Promise<void> {}
}

@Injectable({ scope: Scope.REQUEST })
class OfARequest {}

describe('the boot, for projections', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createDatabase('sqlite');
  });

  afterAll(() => database.drop());

  /** What is wrong with an application put together like this; nothing when it boots. */
  async function problemsOf(
    providers: readonly Provider[],
    options: BootOptions = {},
  ): Promise<readonly string[]> {
    const imports = [
      TypeOrmModule.forFeature([CounterTotal, SameTotal]),
      ...(options.imports ?? []),
    ];
    const app = await compileKit(
      { database, ...options, providers: [...providers], imports },
      new CapturedLogs(),
    );
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

  it('succeeds where everything fits, however the projection is provided', async () => {
    const alias = { provide: 'alias', useExisting: Starts };
    const value = { provide: 'value', useValue: new CounterTotalsProjection() };
    expect(await problemsOf([Starts, alias, value])).toEqual([]);
  });

  it('runs each of them once, under its name', async () => {
    const value = { provide: 'value', useValue: new CounterTotalsProjection() };
    const factory = { provide: 'factory', useFactory: () => new Starts() };
    const imports = [TypeOrmModule.forFeature([CounterTotal])];
    const app = await compileKit({ database, imports, providers: [factory, value] });
    await app.init();
    const statuses = await app.get(Processors).statuses();
    const names = statuses.map(({ name }) => name);
    expect(names.toSorted()).toEqual(['counter-totals', 'starts']);
    await app.close();
  });

  it('fails for two of one name', async () => {
    expect(await problemsOf([Starts, StartsToo])).toEqual([
      'Starts and StartsToo are both projections named "starts". Give one of them another name.',
    ]);
  });

  it('fails for one that several modules provide', async () => {
    @Module({ providers: [Starts] })
    class Elsewhere {}
    expect(await problemsOf([Starts], { imports: [Elsewhere] })).toEqual([
      'Starts is a provider of several modules, and would run more than once. Provide it in one module only.',
    ]);
  });

  it('fails for one that has the name of another handler', async () => {
    class Handler extends Processor {
      readonly name = 'starts';
      readonly eventTypes = ['counter.started'];
      async handle(): Promise<void> {}
    }
    expect(await problemsOf([Starts, Handler])).toEqual([
      expect.stringMatching(/^Starts and Handler are both .* named "starts"/),
    ]);
  });

  it('fails for methods with @On in a class without @Projection', async () => {
    expect(await problemsOf([NotDecorated])).toEqual([
      'NotDecorated.increased carries @On, and its class is no projection. Write @Projection({ name: ' +
        "'<name>', version: 1 }) above the class NotDecorated.",
    ]);
  });

  it('does not take what a class extends for its own declaration', async () => {
    class Extending extends Starts {}
    expect(await problemsOf([Extending])).toEqual([
      expect.stringMatching(/^Extending\.started carries @On, and its class is no projection/),
    ]);
  });

  it.each([
    [Scope.REQUEST, /^Scoped is request-scoped, .* Remove scope: Scope\.REQUEST from Scoped/],
    [Scope.TRANSIENT, /^Scoped is transient, .* Remove scope: Scope\.TRANSIENT from its @Injec/],
  ])('fails for one with a scope (%s)', async (scope, problem) => {
    @Injectable({ scope })
    @Projection({ name: 'scoped', version: 1 })
    class Scoped extends Starts {}
    expect(await problemsOf([Scoped])).toEqual([expect.stringMatching(problem)]);
  });

  it('fails for one that injects what is request-scoped', async () => {
    @Projection({ name: 'injecting', version: 1 })
    class Injecting extends Starts {
      constructor(readonly injected: OfARequest) {
        super();
      }
    }
    expect(await problemsOf([Injecting, OfARequest])).toEqual([
      expect.stringMatching(/^Injecting is request-scoped, or injects what is/),
    ]);
  });

  it('fails for an entity that the data source does not know', async () => {
    @Entity('elsewhere')
    class Unlisted extends SameTotal {}
    @Projection({ name: 'elsewhere', version: 1, entities: [Unlisted] })
    class Elsewhere extends Starts {}
    expect(await problemsOf([Elsewhere])).toEqual([
      'Elsewhere keeps Unlisted, which the data source does not know. Write @Entity above the class and add ' +
        'TypeOrmModule.forFeature([Unlisted]) to the imports of the module of Elsewhere.',
    ]);
  });

  it('fails for two that keep one table', async () => {
    expect(await problemsOf([CounterTotalsProjection, SameTotals])).toEqual([
      'CounterTotalsProjection and SameTotals both keep the table "counter_totals". Remove SameTotal from the entities ' +
        'of one of them: a table is kept by one projection.',
    ]);
  });

  it('fails where the log is in memory, and names the projection', async () => {
    const app = await compileKit({ providers: [Starts] });
    await expect(app.init()).rejects.toThrow(/^Starts keeps something in a database, and the log/);
    await app.close();
  });

  it('succeeds for an inline one, and fails for one where the log is in memory', async () => {
    @Projection({ name: 'inline', version: 1, lifecycle: 'inline' })
    class Inline extends Starts {}
    expect(await problemsOf([Inline])).toEqual([]);
    const app = await compileKit({ providers: [Inline] });
    await expect(app.init()).rejects.toThrow(
      /^Inline keeps something in a database, and the log is in memory\. Remove store: 'memory'/,
    );
    await app.close();
  });

  it('fails for an inline processor whose work reaches beyond the transaction', async () => {
    class Sends extends EffectProcessor {
      readonly name = 'sends';
      readonly eventTypes = ['counter.started'];
      override readonly lifecycle = 'inline';
      async perform(): Promise<void> {}
    }
    expect(await problemsOf([Sends])).toEqual([
      'Sends is inline, and its work reaches beyond the transaction of an append. Remove lifecycle = ' +
        "'inline' from the class Sends.",
    ]);
  });

  it('reports everything at once', async () => {
    @Projection({ name: 'Starts', version: 0, entities: [CounterTotal] })
    class Wrong {
      @On(Undeclared)
      async happened(): Promise<void> {}
    }
    const providers = [Starts, StartsToo, NotDecorated, CounterTotalsProjection, Wrong];
    expect(await problemsOf(providers)).toHaveLength(6);
  });
});
