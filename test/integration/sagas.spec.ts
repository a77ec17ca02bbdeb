import { v7 } from 'uuid';
import {
  Clock,
  ContinuesOn,
  DurableSaga,
  OnError,
  ParkedEvents,
  Processors,
  type RecordedEvent,
  type SagaStep,
  type Verdict,
} from '../../src/event-sourcing/index.js';
import { collect, until } from '../support/async.js';
import { type BootedKit, bootKit, compileKit } from '../support/booted-kit.js';
import { SettableClock } from '../support/controlled-environment.js';
import {
  createDatabase,
  DATABASE_KINDS,
  openDatabase,
  type TestDatabase,
} from '../support/databases.js';
import {
  CancelErrandHandler,
  ErrandAsked,
  ErrandRun,
  ErrandSaga,
  outages,
  PATIENCE_MS,
  RunErrandHandler,
} from '../support/errands.js';

const START = Date.parse('2026-01-01T00:00:00.000Z');
const PROCESSORS = ['saga-errand', 'saga-commands', 'saga-deadlines'];

describe.each(DATABASE_KINDS)('a durable saga, with the log in %s', (kind) => {
  let database: TestDatabase;
  let clock: SettableClock;
  let booted: BootedKit[];

  beforeEach(async () => {
    database = await createDatabase(kind);
    clock = new SettableClock();
    booted = [];
    outages.left = 0;
  });

  afterEach(async () => {
    await Promise.all(booted.map(({ app }) => app.close()));
    await database.drop();
  });

  async function boot(run = true): Promise<BootedKit> {
    const kit = await bootKit({
      database,
      providers: [ErrandSaga, RunErrandHandler, CancelErrandHandler],
      options: { processing: { run, retry: { attempts: 3, firstDelayMs: 2, maxDelayMs: 4 } } },
      configure: (builder) => builder.overrideProvider(Clock).useValue(clock),
    });
    booted.push(kit);
    return kit;
  }

  async function ask({ store }: BootedKit, what: ErrandAsked['what'], id = v7()): Promise<string> {
    const data = { errandId: id, what };
    await store.append(`errand-${id}`, 'none', [{ id, type: 'errand.asked', version: 1, data }]);
    return id;
  }

  /** What has happened about an errand, by the streams it concerns. */
  async function log({ store }: BootedKit, id: string): Promise<RecordedEvent[]> {
    const events = await collect(store.readLog());
    return events.filter(({ stream }) => stream.endsWith(id));
  }

  async function typesOf(kit: BootedKit, id: string): Promise<string[]> {
    return (await log(kit, id)).map(({ type }) => type);
  }

  async function isCompleted(kit: BootedKit, id: string): Promise<boolean> {
    const steps = (await log(kit, id)).filter(({ type }) => type === 'saga.stepped');
    return steps.some(({ data }) => (data as { isCompleted: boolean }).isCompleted);
  }

  async function settled({ app }: BootedKit): Promise<void> {
    for (const name of PROCESSORS) {
      expect(await app.get(Processors).caughtUp(name, 10_000)).toBe(true);
    }
  }

  async function sql(statement: string): Promise<unknown[]> {
    const open = await openDatabase(database);
    const rows = await open.transactions.run((manager) => manager.query<unknown[]>(statement));
    await open.close();
    return rows;
  }

  it('answers an event with a command, and the event of that with its end', async () => {
    const kit = await boot();
    const id = await ask(kit, 'easy');
    await until(() => isCompleted(kit, id));
    await settled(kit);
    expect(await typesOf(kit, id)).toEqual([
      'errand.asked',
      'saga.stepped',
      'errand.run',
      'saga.stepped',
    ]);
    const [asked, begun, , ended] = await log(kit, id);
    expect(begun.stream).toBe(`saga_errand-${id}`);
    expect(begun.metadata.causationId).toBe(asked.id);
    expect(ended.data).toMatchObject({ deadlines: [], commands: [], isCompleted: true });
    expect(await sql('SELECT * FROM hub_deadlines')).toEqual([]);
  });

  it('hears that a command was refused, and compensates', async () => {
    const kit = await boot();
    const id = await ask(kit, 'forbidden');
    await until(async () => (await typesOf(kit, id)).includes('errand.cancelled'));
    await settled(kit);
    expect(await typesOf(kit, id)).toEqual([
      'errand.asked',
      'saga.stepped',
      'saga.command-refused',
      'saga.stepped',
      'errand.cancelled',
    ]);
    const [, , refused, , cancelled] = await log(kit, id);
    expect(refused.data).toMatchObject({
      code: 'forbidden-errand',
      message: 'Nobody may do that.',
    });
    expect(cancelled.data).toEqual({ errandId: id, reason: 'Nobody may do that.' });
  });

  it('has a command sent again, as the same one, that something else than a rule kept back', async () => {
    outages.left = 3;
    const kit = await boot();
    const id = await ask(kit, 'easy');
    await until(() => isCompleted(kit, id));
    expect(outages.left).toBe(0);
    expect((await typesOf(kit, id)).filter((type) => type === 'errand.run')).toHaveLength(1);
  });

  it('hears of a deadline when its time has come, once, also after a restart', async () => {
    const first = await boot();
    const id = await ask(first, 'forgotten');
    await until(async () => (await sql('SELECT * FROM hub_deadlines')).length === 1);
    await settled(first);
    expect(await typesOf(first, id)).toEqual(['errand.asked', 'saga.stepped']);
    await first.app.close();
    booted = [];

    clock.set(new Date(START + PATIENCE_MS).toISOString());
    const kits = [await boot(), await boot()];
    await until(async () => (await typesOf(kits[0], id)).includes('errand.cancelled'));
    await settled(kits[0]);
    expect(await typesOf(kits[0], id)).toEqual([
      'errand.asked',
      'saga.stepped',
      'saga.deadline-reached',
      'saga.stepped',
      'errand.cancelled',
    ]);
    expect(await sql('SELECT * FROM hub_deadlines')).toEqual([]);
  });

  it('hears of no deadline from a process that runs no processors', async () => {
    const kit = await boot();
    const id = await ask(kit, 'forgotten');
    await until(async () => (await sql('SELECT * FROM hub_deadlines')).length === 1);
    await kit.app.close();
    booted = [];
    clock.set(new Date(START + PATIENCE_MS).toISOString());
    const beside = await boot(false);
    await ask(beside, 'easy');
    // For longer than a timer rests between two looks, in vain: nobody handles what was asked for.
    expect(await beside.app.get(Processors).caughtUp('saga-errand', 800)).toBe(false);
    expect(await typesOf(beside, id)).not.toContain('saga.deadline-reached');
  });

  it('hears of no deadline that was cancelled, by its end for example', async () => {
    const kit = await boot();
    const id = await ask(kit, 'easy');
    await until(() => isCompleted(kit, id));
    await settled(kit);
    clock.set(new Date(START + 2 * PATIENCE_MS).toISOString());
    const other = await ask(kit, 'easy');
    await until(() => isCompleted(kit, other));
    await settled(kit);
    expect(await typesOf(kit, id)).not.toContain('saga.deadline-reached');
  });

  it('steps, sends and ends once, however often everything is done again', async () => {
    const kit = await boot();
    const ids: string[] = [];
    for (const what of ['easy', 'forbidden', 'easy'] as const) ids.push(await ask(kit, what));
    for (const id of ids) await until(() => isCompleted(kit, id));
    await settled(kit);
    const before = await collect(kit.store.readLog());
    await kit.app.close();
    booted = [];
    await sql('UPDATE hub_checkpoints SET position = 0');
    const again = await boot();
    await settled(again);
    expect(await collect(again.store.readLog())).toEqual(before);
  });

  it('parks what it cannot answer, because its last step cannot be read, and goes on with others', async () => {
    const kit = await boot();
    const id = v7();
    const data = {
      ...{ triggerId: v7(), triggerPosition: 0, trigger: 'errand.asked', isCompleted: false },
      ...{ state: { errandId: id, what: { $type: 'gone' } }, commands: [], deadlines: [] },
    };
    const unreadable = { id: v7(), type: 'saga.stepped', version: 1, data };
    await kit.store.append(`saga_errand-${id}`, 'none', [unreadable]);
    const run = { id: v7(), type: 'errand.run', version: 1, data: { errandId: id } };
    await kit.store.append(`errand_run-${id}`, 'none', [run]);
    const other = await ask(kit, 'easy');
    await until(() => isCompleted(kit, other));
    await settled(kit);
    const parked = await kit.app.get(ParkedEvents).list();
    const error = expect.stringContaining("@ValueObject('gone')") as string;
    expect(parked.map((each) => [each.processor, each.eventId]).toSorted()).toEqual([
      ['saga-commands', unreadable.id],
      ['saga-deadlines', unreadable.id],
      ['saga-errand', run.id],
    ]);
    for (const each of parked) expect(each).toMatchObject({ attempts: 3, error });
  });

  it('is run by one of several processes, for many at once', async () => {
    const kits = [await boot(), await boot(), await boot()];
    const ids = await Promise.all(
      Array.from({ length: 60 }, (_, nr) => ask(kits[nr % 3], nr % 4 === 0 ? 'forbidden' : 'easy')),
    );
    for (const id of ids) await until(() => isCompleted(kits[0], id));
    for (const kit of kits) await settled(kit);
    for (const [nr, id] of ids.entries()) {
      const types = await typesOf(kits[0], id);
      expect(types.filter((type) => type === 'saga.stepped')).toHaveLength(2);
      expect(types.at(-1)).toBe(nr % 4 === 0 ? 'errand.cancelled' : 'saga.stepped');
    }
  });
});

describe('a durable saga that is put together wrongly', () => {
  it('fails the boot with all that is wrong', async () => {
    const database = await createDatabase('sqlite');
    @DurableSaga({ name: 'Errand', correlatedBy: '' })
    class Wrong {
      @ContinuesOn(ErrandRun)
      run(): SagaStep<object> | undefined {
        return undefined;
      }

      @ContinuesOn(ErrandRun)
      again(): SagaStep<object> | undefined {
        return undefined;
      }

      @OnError()
      skip(): Verdict {
        return 'skip';
      }

      @OnError()
      park(): Verdict {
        return 'park';
      }
    }
    class Undeclared {
      @ContinuesOn(ErrandRun)
      run(): SagaStep<object> | undefined {
        return undefined;
      }
    }
    const app = await compileKit({ database, providers: [Wrong, Undeclared] });
    const problems = await app.init().then(
      () => '',
      (error: Error) => error.message,
    );
    expect(problems).toContain('Wrong: "Errand" is not the name of a saga.');
    expect(problems).toContain('Wrong does not say which of its instances an event is for.');
    expect(problems).toContain('Wrong never begins. Write @StartsOn(<Event>)');
    expect(problems).toContain('Wrong handles ErrandRun in run and again.');
    expect(problems).toContain('Wrong handles errors in skip and park.');
    expect(problems).toContain('Undeclared has methods of a durable saga and is none.');
    await app.close();
    await database.drop();
  });
});
