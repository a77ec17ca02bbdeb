import {
  aggregateIdOf,
  On,
  Projection,
  type ProjectionContext,
} from '../../src/event-sourcing/index.js';
import { failureOf, Gate, until } from '../support/async.js';
import { CounterIncreased, CounterStarted } from '../support/counter.events.js';
import { CounterTotal, CounterTotalsProjection } from '../support/counter-totals.js';
import { DATABASE_KINDS } from '../support/databases.js';
import { IMPATIENT } from '../support/processor-world.js';
import { increased, RebuildWorld, started, TOTALS } from '../support/rebuild-world.js';

/** Counts every increase twice, as a second version of the projection might. */
@Projection({ name: TOTALS, version: 2, entities: [CounterTotal] })
class DoubledTotals extends CounterTotalsProjection {
  @On(CounterIncreased)
  override increased({ by }: CounterIncreased, context: ProjectionContext): Promise<void> {
    return super.increased(new CounterIncreased(by * 2), context);
  }
}

/** Waits, when it is told to, before every increase. */
@Projection({ name: TOTALS, version: 1, entities: [CounterTotal] })
class GatedTotals extends CounterTotalsProjection {
  gate: Gate | undefined;
  readonly seen: number[] = [];

  @On(CounterIncreased)
  override async increased(event: CounterIncreased, context: ProjectionContext): Promise<void> {
    this.seen.push(context.envelope.position);
    await this.gate?.opened;
    await super.increased(event, context);
  }
}

/** Refuses increases by one number. */
@Projection({ name: TOTALS, version: 1, entities: [CounterTotal] })
class PickyTotals extends CounterTotalsProjection {
  refused: number | undefined;

  @On(CounterIncreased)
  override increased(event: CounterIncreased, context: ProjectionContext): Promise<void> {
    if (event.by === this.refused) throw new Error(`${event.by} is refused.`);
    return super.increased(event, context);
  }
}

/** Writes SQL of its own. */
@Projection({ name: TOTALS, version: 1, entities: [CounterTotal] })
class HandwrittenTotals {
  @On(CounterStarted)
  started({ label }: CounterStarted, { envelope, manager }: ProjectionContext): Promise<unknown> {
    const { stream, position } = envelope;
    return manager.query(
      `INSERT INTO counter_totals VALUES ('${aggregateIdOf(stream)}', '${label}', 0, ${position})`,
    );
  }

  @On(CounterIncreased)
  increased({ by }: CounterIncreased, { envelope, manager }: ProjectionContext): Promise<unknown> {
    return manager.query(
      `UPDATE counter_totals SET total = total + ${by} WHERE id = '${aggregateIdOf(envelope.stream)}'`,
    );
  }
}

/** Keeps a table that it does not name. */
@Projection({ name: TOTALS, version: 1 })
class SecretiveTotals extends CounterTotalsProjection {}

describe.each(DATABASE_KINDS)('a projection that is rebuilt, with the log in %s', (kind) => {
  let world: RebuildWorld;

  beforeEach(async () => {
    world = await RebuildWorld.create(kind);
    await world.fill('counter-a', started(), increased(1), increased(2));
    await world.fill('counter-b', started(), increased(10));
  });

  afterEach(() => world.end());

  it('has the rows that the log says, whatever they were before', async () => {
    const app = await world.boot([CounterTotalsProjection]);
    await app.caughtUp();
    await world.sql(`UPDATE counter_totals SET total = 99 WHERE id = 'a'`);
    await world.sql(`DELETE FROM counter_totals WHERE id = 'b'`);
    await app.rebuilds.start(TOTALS);
    expect(await app.becomes('switched')).toMatchObject({ position: 5, head: 5, percent: 100 });
    expect(await world.totals()).toEqual({ a: 3, b: 10 });
    await world.fill('counter-b', increased(5));
    await app.caughtUp();
    expect(await world.totals()).toEqual({ a: 3, b: 15 });
  });

  it('leaves nothing of its shadow behind', async () => {
    const app = await world.boot([CounterTotalsProjection]);
    await app.caughtUp();
    await app.rebuilds.start(TOTALS);
    await app.becomes('switched');
    await until(async () => (await world.shadows()).length === 0);
  });

  it('serves and goes on while it is rebuilt, and loses nothing by the switch', async () => {
    const app = await world.boot([GatedTotals]);
    await app.caughtUp();
    const projection = app.app.get(GatedTotals);
    projection.gate = new Gate();
    await app.rebuilds.start(TOTALS);
    await until(() => projection.seen.length > 3);
    expect(await world.totals()).toEqual({ a: 3, b: 10 });
    const { gate } = projection;
    projection.gate = undefined;
    await world.fill('counter-a', increased(4));
    await app.caughtUp();
    expect(await world.totals()).toEqual({ a: 7, b: 10 });
    expect(await app.rebuilds.status(TOTALS)).toMatchObject({ state: 'building' });
    gate.open();
    await app.becomes('switched');
    expect(await world.totals()).toEqual({ a: 7, b: 10 });
  });

  it('is as it was when that is cancelled', async () => {
    const app = await world.boot([GatedTotals]);
    await app.caughtUp();
    await world.sql(`UPDATE counter_totals SET total = 99 WHERE id = 'a'`);
    const projection = app.app.get(GatedTotals);
    const gate = new Gate();
    projection.gate = gate;
    await app.rebuilds.start(TOTALS);
    await until(() => projection.seen.length > 3);
    expect(await app.rebuilds.cancel(TOTALS)).toBe(true);
    gate.open();
    await until(async () => (await world.shadows()).length === 0);
    expect(await app.rebuilds.status(TOTALS)).toMatchObject({ state: 'cancelled' });
    expect(await app.rebuilds.cancel(TOTALS)).toBe(false);
    expect(await world.totals()).toEqual({ a: 99, b: 10 });
  });

  it('is rebuilt when the application starts with another version of it', async () => {
    const first = await world.boot([CounterTotalsProjection]);
    await first.caughtUp();
    await first.app.close();
    const second = await world.boot([DoubledTotals]);
    expect(await second.becomes('switched')).toMatchObject({ version: 2 });
    expect(await world.totals()).toEqual({ a: 6, b: 20 });
    await world.fill('counter-b', increased(1));
    await second.caughtUp();
    expect(await world.totals()).toEqual({ a: 6, b: 22 });
  });

  it('is not rebuilt when it starts with the same version', async () => {
    const first = await world.boot([CounterTotalsProjection]);
    await first.caughtUp();
    await first.app.close();
    const second = await world.boot([CounterTotalsProjection]);
    await second.rebuilds.verify(TOTALS);
    expect(await second.rebuilds.status(TOTALS)).toBeUndefined();
  });

  it('is left alone by an older program from the switch on', async () => {
    const old = await world.boot([CounterTotalsProjection]);
    await old.caughtUp();
    const young = await world.boot([DoubledTotals]);
    await young.becomes('switched');
    await world.fill('counter-a', increased(1));
    await young.caughtUp();
    expect(await world.totals()).toEqual({ a: 8, b: 20 });
    const state = async () => (await old.processors.statuses())[0].state;
    await until(async () => (await state()) === 'outdated');
    expect(await failureOf(old.processors.runOnce(TOTALS))).toMatchObject({
      code: 'processor-outdated',
    });
    for (const undoing of [old.rebuilds.start(TOTALS), old.rebuilds.verify(TOTALS)]) {
      expect(await failureOf(undoing)).toMatchObject({ code: 'processor-outdated' });
    }
    await young.app.close();
    await world.fill('counter-a', increased(1));
    expect(await old.processors.caughtUp(TOTALS, 300)).toBe(false);
    expect(await world.totals()).toEqual({ a: 8, b: 20 });
  });

  it('may write SQL of its own, which finds the tables of the shadow', async () => {
    const app = await world.boot([HandwrittenTotals]);
    await app.caughtUp();
    await app.rebuilds.start(TOTALS);
    await app.becomes('switched');
    expect(await world.totals()).toEqual({ a: 3, b: 10 });
  });

  it('is held when it would park events that are not parked now, and switched when that is accepted', async () => {
    const app = await world.boot([PickyTotals], IMPATIENT);
    await app.caughtUp();
    app.app.get(PickyTotals).refused = 10;
    await app.rebuilds.start(TOTALS);
    expect(await app.becomes('held')).toMatchObject({ parked: 1 });
    expect((await app.rebuilds.status(TOTALS))?.lastError).toContain('"counter-b"');
    expect(await world.totals()).toEqual({ a: 3, b: 10 });
    await app.rebuilds.start(TOTALS, { acceptParked: true });
    await app.becomes('switched');
    expect(await world.totals()).toEqual({ a: 3, b: 0 });
    expect(await app.parked.list()).toMatchObject([
      { processor: TOTALS, stream: 'counter-b', position: 5, attempts: 3 },
    ]);
    app.app.get(PickyTotals).refused = undefined;
    expect(await app.parked.retry(TOTALS, 'counter-b')).toEqual({ handled: 1, left: 0 });
    expect(await world.totals()).toEqual({ a: 3, b: 10 });
  });

  it('is rebuilt anew when one that was held is started again', async () => {
    const app = await world.boot([PickyTotals], IMPATIENT);
    await app.caughtUp();
    app.app.get(PickyTotals).refused = 10;
    await app.rebuilds.start(TOTALS);
    await app.becomes('held');
    app.app.get(PickyTotals).refused = undefined;
    await app.rebuilds.start(TOTALS);
    expect(await app.becomes('switched')).toMatchObject({ parked: 0 });
    expect(await world.totals()).toEqual({ a: 3, b: 10 });
  });

  it('heals what was parked', async () => {
    const app = await world.boot([PickyTotals], IMPATIENT);
    await app.caughtUp();
    app.app.get(PickyTotals).refused = 7;
    await world.fill('counter-a', increased(7), increased(8));
    await app.caughtUp();
    expect(await app.parked.list()).toHaveLength(2);
    await app.rebuilds.start(TOTALS);
    expect(await app.becomes('switched')).toMatchObject({ parked: 2 });
    expect(await app.parked.list()).toHaveLength(2);
    app.app.get(PickyTotals).refused = undefined;
    await app.rebuilds.start(TOTALS);
    await until(async () => (await app.parked.list()).length === 0);
    await app.becomes('switched');
    expect(await world.totals()).toEqual({ a: 18, b: 10 });
    const [status] = await app.processors.statuses();
    expect(status.parked).toBe(0);
  });

  it('is built by one of several processes, event by event once', async () => {
    const apps = [await world.boot([GatedTotals]), await world.boot([GatedTotals])];
    await apps[0].caughtUp();
    const projections = apps.map(({ app }) => app.get(GatedTotals));
    for (const projection of projections) projection.seen.length = 0;
    await Promise.all(apps.map(({ rebuilds }) => rebuilds.start(TOTALS)));
    await apps[0].becomes('switched');
    expect(projections.flatMap(({ seen }) => seen).sort()).toEqual([2, 3, 5]);
  });

  it('cannot be rebuilt when it does not say what it keeps, or is not there', async () => {
    const app = await world.boot([SecretiveTotals]);
    expect(await failureOf(app.rebuilds.start(TOTALS))).toMatchObject({
      code: 'projection-not-rebuildable',
    });
    expect(await failureOf(app.rebuilds.verify('nobody'))).toMatchObject({
      code: 'projection-not-found',
      message: 'There is no projection named "nobody"; there are "counter-totals".',
    });
  });

  describe('when it is verified', () => {
    it('is equal, and stays as it is', async () => {
      const app = await world.boot([CounterTotalsProjection]);
      await app.caughtUp();
      expect(await app.rebuilds.verify(TOTALS)).toEqual({
        projection: TOTALS,
        version: 1,
        position: 5,
        parked: { actual: 0, expected: 0 },
        tables: [
          {
            table: TOTALS.replace('-', '_'),
            rows: 2,
            missing: 0,
            unexpected: 0,
            different: 0,
            examples: [],
          },
        ],
        isEqual: true,
      });
      await until(async () => (await world.shadows()).length === 0);
    });

    it('shows the rows that it lacks, that it should not have, and that say something else', async () => {
      const app = await world.boot([CounterTotalsProjection]);
      await world.fill('counter-c', started());
      await app.caughtUp();
      await world.sql(`UPDATE counter_totals SET total = 99 WHERE id = 'a'`);
      await world.sql(`DELETE FROM counter_totals WHERE id = 'b'`);
      await world.sql(`UPDATE counter_totals SET id = 'x' WHERE id = 'c'`);
      const { isEqual, tables } = await app.rebuilds.verify(TOTALS);
      expect(isEqual).toBe(false);
      const [{ examples, ...counts }] = tables;
      expect(counts).toEqual({
        table: 'counter_totals',
        rows: 2,
        missing: 2,
        unexpected: 1,
        different: 1,
      });
      expect(examples.map(({ expected, actual }) => [expected?.id, actual?.id])).toEqual([
        ['b', undefined],
        ['c', undefined],
        [undefined, 'x'],
        ['a', 'a'],
      ]);
      expect(await world.totals()).toEqual({ a: 99, x: 0 });
    });

    it('differs where an event is parked that need not be', async () => {
      const app = await world.boot([PickyTotals], IMPATIENT);
      app.app.get(PickyTotals).refused = 7;
      await world.fill('counter-a', increased(7));
      await app.caughtUp();
      expect(await app.rebuilds.verify(TOTALS)).toMatchObject({
        isEqual: true,
        parked: { actual: 1, expected: 1 },
      });
      app.app.get(PickyTotals).refused = undefined;
      expect(await app.rebuilds.verify(TOTALS)).toMatchObject({
        isEqual: false,
        parked: { actual: 1, expected: 0 },
      });
    });

    it('can be given up', async () => {
      const app = await world.boot([GatedTotals]);
      await app.caughtUp();
      const gate = new Gate();
      app.app.get(GatedTotals).gate = gate;
      const giveUp = new AbortController();
      const verified = failureOf(
        app.rebuilds.verify(TOTALS, {
          signal: giveUp.signal,
          onProgress: () => giveUp.abort(),
        }),
      );
      expect(await verified).toMatchObject({ code: 'verification-failed' });
      gate.open();
      await until(async () => (await world.shadows()).length === 0);
    });
  });
});

describe('a projection on PostgreSQL, reached by a URL with options of its own,', () => {
  it('is not rebuilt where its shadow would not be found, and stays as it is', async () => {
    const world = await RebuildWorld.createWith('options=-c%20statement_timeout%3D50000');
    try {
      await world.fill('counter-a', started(), increased(1));
      const app = await world.boot([CounterTotalsProjection]);
      await app.caughtUp();
      await app.rebuilds.start(TOTALS);
      const { lastError } = await app.becomes('failed');
      expect(lastError).toContain('Remove options= from DATABASE_URL');
      expect(await world.totals()).toEqual({ a: 1 });
      expect(await world.shadows()).toEqual([]);
    } finally {
      await world.end();
    }
  });
});
