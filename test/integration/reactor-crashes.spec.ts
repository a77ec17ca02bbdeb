import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../support/async.js';
import { DATABASE_KINDS } from '../support/databases.js';
import { type ProcessorApp, ProcessorWorld } from '../support/processor-world.js';
import type { RunnerOptions } from '../support/processor-process.js';

interface EffectRow {
  readonly attempts: number;
  readonly isDone: boolean;
}

describe.each(DATABASE_KINDS)('an effect of a reactor that is killed, on %s,', (kind) => {
  let world: ProcessorWorld;
  let onlooker: ProcessorApp;
  let folder: string;
  let options: RunnerOptions;

  beforeEach(async () => {
    world = await ProcessorWorld.create(kind);
    onlooker = await world.boot([]);
    folder = await mkdtemp(join(tmpdir(), 'hindsight-effects-'));
    const effectsFile = join(folder, 'letters');
    options = { runs: ['letters'], effectsFile, processing: { leaseMs: 1_000 } };
  });

  afterEach(async () => {
    await world.end();
    await rm(folder, { recursive: true });
  });

  async function ledger(): Promise<EffectRow[]> {
    const sql = 'SELECT attempts, is_done FROM hub_effects WHERE reactor = ';
    const rows = await onlooker.support.database.dataSource.query<
      { attempts: number; is_done: boolean | number }[]
    >(`${sql}'letters'`);
    return rows.map(({ attempts, is_done }) => ({ attempts, isDone: Boolean(is_done) }));
  }

  /** The keys of the letters that were written, in their order. */
  async function keys(): Promise<string[]> {
    const written = await readFile(join(folder, 'letters'), 'utf8').catch(() => '');
    return written.split('\n').flatMap((line) => line.split(' ').at(1) ?? []);
  }

  it.each([
    { place: 'before an effect', written: 0 },
    { place: 'after an effect', written: 1 },
  ] as const)(
    'by kill -9 $place, is seen as begun and not finished, and is done again under the same key',
    async ({ place, written }) => {
      const killed = await world.startProcess(options);
      await killed.killNext(place);
      await world.fill(1);
      await killed.ended;
      expect(await ledger()).toEqual([{ attempts: 1, isDone: false }]);
      expect(await keys()).toHaveLength(written);

      await world.startProcess(options);
      await until(async () => (await ledger())[0].isDone);
      expect(await ledger()).toEqual([{ attempts: 2, isDone: true }]);
      const all = await keys();
      expect(all).toHaveLength(written + 1);
      expect(new Set(all).size).toBe(1);
    },
    60_000,
  );

  it('after it was noted as done and before the checkpoint, is not done again', async () => {
    const killed = await world.startProcess(options);
    await world.fill(1);
    await until(async () => (await ledger()).at(0)?.isDone === true);
    await killed.kill();
    await world.sql('UPDATE hub_checkpoints SET position = 0');
    await world.startProcess(options);
    await world.fill(1);
    await until(async () => (await ledger()).filter(({ isDone }) => isDone).length === 2);
    expect(await ledger()).toEqual([
      { attempts: 1, isDone: true },
      { attempts: 1, isDone: true },
    ]);
    expect(new Set(await keys()).size).toBe(2);
    expect(await keys()).toHaveLength(2);
  }, 60_000);
});
