import { v7 } from 'uuid';
import { until } from '../support/async.js';
import { DATABASE_KINDS, openDatabase } from '../support/databases.js';
import { range } from '../support/effects.js';
import type { Place, RunnerOptions } from '../support/processor-process.js';
import { type ProcessorApp, ProcessorWorld } from '../support/processor-world.js';

const PATIENCE_MS = 2_000;
const OPTIONS: RunnerOptions = {
  runs: ['errand'],
  patienceMs: PATIENCE_MS,
  processing: { leaseMs: 1_000 },
};
/** What has happened about an errand that nobody runs, when all is over. */
const WHOLE_STORY = [
  'errand.asked',
  'saga.stepped',
  'saga.deadline-reached',
  'saga.stepped',
  'errand.cancelled',
];

describe.each(DATABASE_KINDS)('the deadline of a saga, on %s,', (kind) => {
  let world: ProcessorWorld;
  let onlooker: ProcessorApp;

  beforeEach(async () => {
    world = await ProcessorWorld.create(kind);
    onlooker = await world.boot([]);
  });

  afterEach(() => world.end());

  async function ask(): Promise<string> {
    const open = await openDatabase(world.database);
    const id = v7();
    const data = { errandId: id, what: 'forgotten' };
    await open.store.append(`errand-${id}`, 'none', [
      { id, type: 'errand.asked', version: 1, data },
    ]);
    await open.close();
    return id;
  }

  async function story(errand: string): Promise<string[]> {
    const types: string[] = [];
    for await (const { stream, type } of onlooker.store.readLog()) {
      if (stream.endsWith(errand)) types.push(type);
    }
    return types;
  }

  /** By the table of open deadlines, and past everything that runs. */
  async function openDeadlines(): Promise<number[]> {
    const { dataSource } = onlooker.support.database;
    const rows = await dataSource.query<{ due_at: number | string }[]>(
      'SELECT due_at FROM hub_deadlines',
    );
    return rows.map(({ due_at }) => Number(due_at));
  }

  async function expectWholeStory(errands: readonly string[]): Promise<void> {
    for (const errand of errands) {
      await until(async () => (await story(errand)).includes('errand.cancelled'));
    }
    await until(async () => (await openDeadlines()).length === 0);
    for (const errand of errands) expect(await story(errand)).toEqual(WHOLE_STORY);
  }

  it.each([1, 3])(
    'set before %i instances are killed, is reached after the restart, once',
    async (instances) => {
      const start = () => Promise.all(range(1, instances).map(() => world.startProcess(OPTIONS)));
      const killed = await start();
      const errands = await Promise.all(range(1, 8).map(() => ask()));
      await until(async () => (await openDeadlines()).length === errands.length);
      await Promise.all(killed.map((each) => each.kill()));
      const open = await openDeadlines();
      expect(open).toHaveLength(errands.length);
      expect(Math.min(...open)).toBeGreaterThan(Date.now());

      await start();
      await expectWholeStory(errands);
      for await (const { type, recordedAt, data } of onlooker.store.readLog()) {
        if (type !== 'saga.deadline-reached') continue;
        const { $date } = (data as { dueAt: { $date: string } }).dueAt;
        expect(recordedAt.getTime()).toBeGreaterThanOrEqual(Date.parse($date));
      }
    },
    60_000,
  );

  it.each<Place>([
    'before saga.deadline-reached',
    'after saga.deadline-reached',
    'before saga.stepped',
    'after saga.stepped',
    'before errand.cancelled',
    'after errand.cancelled',
  ])(
    'is reached once when the process is killed %s',
    async (place) => {
      const killed = await world.startProcess(OPTIONS);
      const errand = await ask();
      await until(async () => (await openDeadlines()).length === 1);
      await killed.killNext(place);
      await killed.ended;
      await world.startProcess(OPTIONS);
      await expectWholeStory([errand]);
    },
    60_000,
  );
});
