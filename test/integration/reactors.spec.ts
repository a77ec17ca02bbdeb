import { v7 } from 'uuid';
import { Processors, Reactor, ReactorContext, ReactsTo } from '../../src/event-sourcing/index.js';
import { until } from '../support/async.js';
import { type BootedKit, bootKit, compileKit } from '../support/booted-kit.js';
import { CounterIncreased } from '../support/counter.events.js';
import {
  createDatabase,
  DATABASE_KINDS,
  openDatabase,
  type TestDatabase,
} from '../support/databases.js';

/** What was sent, and under which key. */
const letters: [by: number, key: string][] = [];
let crashes = 0;

@Reactor({ name: 'letters', from: 'beginning' })
class LettersOnce {
  @ReactsTo(CounterIncreased)
  async write({ by }: CounterIncreased, context: ReactorContext): Promise<void> {
    await context.once('letter', (key) => {
      letters.push([by, key]);
      if (crashes-- > 0) throw new Error('The post office is on fire.');
      return Promise.resolve();
    });
  }
}

@Reactor({ name: 'newcomer' })
class Newcomer {
  @ReactsTo(CounterIncreased)
  write({ by }: CounterIncreased, context: ReactorContext): Promise<void> {
    letters.push([by, context.idFor('letter')]);
    return Promise.resolve();
  }
}

describe.each(DATABASE_KINDS)('a reactor, with the log in %s', (kind) => {
  let database: TestDatabase;
  let booted: BootedKit[];

  beforeEach(async () => {
    database = await createDatabase(kind);
    booted = [];
    letters.length = 0;
    crashes = 0;
  });

  afterEach(async () => {
    await Promise.all(booted.map(({ app }) => app.close()));
    await database.drop();
  });

  async function boot(reactor: new () => object): Promise<BootedKit> {
    const kit = await bootKit({
      database,
      providers: [reactor],
      options: { processing: { retry: { attempts: 3, firstDelayMs: 2, maxDelayMs: 4 } } },
    });
    booted.push(kit);
    return kit;
  }

  async function restart(reactor: new () => object): Promise<BootedKit> {
    await Promise.all(booted.map(({ app }) => app.close()));
    booted = [];
    return boot(reactor);
  }

  async function increase(...by: readonly number[]): Promise<void> {
    const open = await openDatabase(database);
    const type = 'counter.increased';
    const events = by.map((each) => ({ id: v7(), type, version: 1, data: { by: each } }));
    await open.store.append('counter-a', 'any', events);
    await open.close();
  }

  async function sql<Row>(statement: string): Promise<Row[]> {
    const open = await openDatabase(database);
    const rows = await open.transactions.run((manager) => manager.query<Row[]>(statement));
    await open.close();
    return rows;
  }

  async function caughtUp({ app }: BootedKit, name: string): Promise<void> {
    expect(await app.get(Processors).caughtUp(name, 10_000)).toBe(true);
  }

  const numbers = (): number[] => letters.map(([by]) => by);

  it('begins with what comes after it, unless it says otherwise', async () => {
    await increase(1, 2);
    const first = await boot(Newcomer);
    await until(async () => (await first.app.get(Processors).statuses())[0].isOwner);
    await increase(3);
    await caughtUp(first, 'newcomer');
    expect(numbers()).toEqual([3]);
    await restart(Newcomer);
    await increase(4);
    await caughtUp(booted[0], 'newcomer');
    expect(numbers()).toEqual([3, 4]);
  });

  it('begins with the first event where it says so, and does each effect once', async () => {
    await increase(1, 2);
    await caughtUp(await boot(LettersOnce), 'letters');
    expect(numbers()).toEqual([1, 2]);
    await sql('UPDATE hub_checkpoints SET position = 0');
    await increase(3);
    await caughtUp(await restart(LettersOnce), 'letters');
    expect(numbers()).toEqual([1, 2, 3]);
    const rows = await sql<{ attempts: number; is_done: unknown }>('SELECT * FROM hub_effects');
    expect(rows.map(({ attempts, is_done }) => [attempts, Boolean(is_done)])).toEqual([
      [1, true],
      [1, true],
      [1, true],
    ]);
  });

  it('does an effect again, under the same key, of which it is not known whether it was done', async () => {
    crashes = 1;
    await increase(1);
    await caughtUp(await boot(LettersOnce), 'letters');
    expect(numbers()).toEqual([1, 1]);
    expect(new Set(letters.map(([, key]) => key)).size).toBe(1);
    const [row] = await sql<{ attempts: number }>('SELECT * FROM hub_effects');
    expect(row.attempts).toBe(2);
  });

  it('gives what it does about different events different ids', async () => {
    const kit = await boot(Newcomer);
    await until(async () => (await kit.app.get(Processors).statuses())[0].isOwner);
    await increase(1, 2);
    await caughtUp(kit, 'newcomer');
    expect(new Set(letters.map(([, key]) => key)).size).toBe(2);
  });
});

describe('a reactor that is put together wrongly', () => {
  it('fails the boot with all that is wrong', async () => {
    const database = await createDatabase('sqlite');
    class Sold {}
    @Reactor({ name: 'Not a name' })
    class Wrong {}
    @Reactor({ name: 'sales' })
    class Sales {
      @ReactsTo(Sold)
      async sold(): Promise<void> {}
      @ReactsTo(Sold)
      async again(): Promise<void> {}
    }
    class Undeclared {
      @ReactsTo(CounterIncreased)
      async react(): Promise<void> {}
    }
    const app = await compileKit({ database, providers: [Wrong, Sales, Undeclared] });
    const problems = await app.init().then(
      () => '',
      (error: Error) => error.message,
    );
    expect(problems).toContain('Wrong: "Not a name" is not the name of a reactor.');
    expect(problems).toContain('Wrong reacts to nothing.');
    expect(problems).toContain('Sales reacts to Sold, which is no declared event.');
    expect(problems).toContain('Sales reacts to Sold in sold and again.');
    expect(problems).toContain('Undeclared has methods of a reactor and is none.');
    await app.close();
    await database.drop();
  });
});
