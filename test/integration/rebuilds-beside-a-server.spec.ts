import { v7 } from 'uuid';
import { Projection } from '../../src/event-sourcing/index.js';
import { CounterTotal, CounterTotalsProjection } from '../support/counter-totals.js';
import { DATABASE_KINDS } from '../support/databases.js';
import { increased, RebuildWorld, started, TOTALS } from '../support/rebuild-world.js';

@Projection({ name: TOTALS, version: 2, entities: [CounterTotal] })
class NewerTotals extends CounterTotalsProjection {}

@Projection({ name: TOTALS, version: 1, entities: [CounterTotal], lifecycle: 'inline' })
class InlineTotals extends CounterTotalsProjection {}

const BESIDE = { run: false };
/** Longer than a worker rests between two looks. */
const SEVERAL_LOOKS_MS = 800;

describe.each(DATABASE_KINDS)('a process that runs no processors, on %s,', (kind) => {
  let world: RebuildWorld;

  beforeEach(async () => {
    world = await RebuildWorld.create(kind);
    const { app, caughtUp } = await world.boot([CounterTotalsProjection]);
    await world.fill('counter-a', started(), increased(1), increased(2));
    await caughtUp();
    await app.close();
    // Nobody handles this one, so that it can be waited for in vain.
    await world.fill('counter-a', increased(4));
  });

  afterEach(() => world.end());

  it('begins no rebuild by itself, also where its version is newer', async () => {
    const { processors, rebuilds } = await world.boot([NewerTotals], BESIDE);
    expect(await processors.caughtUp(TOTALS, SEVERAL_LOOKS_MS)).toBe(false);
    expect(await rebuilds.statuses()).toEqual([]);
    expect(await world.shadows()).toEqual([]);
  });

  it('leaves a rebuild to others, unless it is told to take part', async () => {
    const { becomes, processors, rebuilds } = await world.boot([CounterTotalsProjection], BESIDE);
    await world.sql('UPDATE counter_totals SET total = 100');
    expect(await rebuilds.start(TOTALS)).toMatchObject({ state: 'building' });
    expect(await processors.caughtUp(TOTALS, SEVERAL_LOOKS_MS)).toBe(false);
    expect(await rebuilds.status(TOTALS)).toMatchObject({ state: 'building', position: 0 });
    expect(await world.shadows()).toEqual([]);
    rebuilds.takePart();
    await becomes('switched');
    expect(await world.totals()).toEqual({ a: 3 });
    expect(await rebuilds.verify(TOTALS)).toMatchObject({ isEqual: true, position: 3 });
  });

  it('leaves a verification under way to who comes next, when it ends', async () => {
    const { app, rebuilds } = await world.boot([CounterTotalsProjection], BESIDE);
    expect(await rebuilds.startVerification(TOTALS)).toMatchObject({ purpose: 'verify' });
    await app.close();
    const next = await world.boot([CounterTotalsProjection], BESIDE);
    next.rebuilds.takePart();
    expect(await next.rebuilds.verify(TOTALS)).toMatchObject({ isEqual: true });
  });
});

describe.each(DATABASE_KINDS)(
  'what is stored by a process that runs no processors, on %s,',
  (kind) => {
    it('has its inline effects', async () => {
      const world = await RebuildWorld.create(kind);
      const server = await world.boot([InlineTotals]);
      await server.app.close();
      const { store } = await world.boot([InlineTotals], BESIDE);
      const [type, data] = started();
      await store.append('counter-a', 'none', [{ id: v7(), type, version: 1, data: { ...data } }]);
      expect(await world.totals()).toEqual({ a: 0 });
      await world.end();
    });
  },
);
