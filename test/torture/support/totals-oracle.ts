import { CounterTotal } from '../../support/counter-totals.js';
import type { OpenDatabase } from '../../support/databases.js';

/** What a reader saw at one moment. */
export interface Glance {
  /** Of the projection. */
  readonly position: number;
  readonly sum: number;
  readonly rows: number;
}

/** Recomputes the read model `counter_totals` from the log. */
export class TotalsOracle {
  constructor(private readonly open: OpenDatabase) {}

  async glance(): Promise<Glance> {
    const [row] = await this.open.dataSource.query<Record<keyof Glance, number | string>[]>(
      `SELECT (SELECT position FROM hub_checkpoints WHERE name = 'counter-totals') AS position,
              coalesce(sum(total), 0) AS sum, count(*) AS "rows" FROM counter_totals`,
    );
    return { position: Number(row.position), sum: Number(row.sum), rows: Number(row.rows) };
  }

  /** Takes what was seen, and @throws Error where that, or what is there now, is not what the log says. */
  async check(glances: Glance[]): Promise<void> {
    const totals = new Map<string, Omit<CounterTotal, 'id'>>();
    const seen = glances.splice(0).sort((a, b) => a.position - b.position);
    let sum = 0;
    const compareUpTo = (position: number): void => {
      while (seen.length > 0 && seen[0].position <= position) {
        const glance = seen.shift() as Glance;
        expect(glance).toEqual({ position: glance.position, sum, rows: totals.size });
      }
    };
    for await (const { stream, type, position, data } of this.open.store.readLog()) {
      compareUpTo(position - 1);
      const id = stream.slice('counter-'.length);
      const { label, by } = data as { readonly label: string; readonly by: number };
      if (type === 'counter.started') totals.set(id, { label, total: 0, position });
      const before = totals.get(id);
      if (type !== 'counter.increased' || !before) continue;
      sum += by;
      totals.set(id, { ...before, total: before.total + by, position });
    }
    compareUpTo(Infinity);
    const rows = await this.open.dataSource.getRepository(CounterTotal).find();
    const actual = Object.fromEntries(rows.map(({ id, ...row }) => [id, row]));
    expect(actual).toEqual(Object.fromEntries(totals));
  }
}
