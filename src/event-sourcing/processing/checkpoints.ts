import type { DataSource, EntityManager, QueryResult, QueryRunner } from 'typeorm';

interface CheckpointRow {
  readonly position: number | string;
}

/** How far each handler has come: the table `hub_checkpoints`. */
export class Checkpoints {
  constructor(private readonly dataSource: DataSource) {}

  /** The checkpoint of `name`; 0 when it has none yet. */
  async read(name: string): Promise<number> {
    const runner = this.dataSource.createQueryRunner();
    try {
      const sql = 'SELECT position FROM hub_checkpoints WHERE name = ?';
      const { records } = await query(runner, sql, [name]);
      return Number((records as CheckpointRow[]).at(0)?.position ?? 0);
    } finally {
      await runner.release();
    }
  }

  /**
   * Moves a checkpoint, in the transaction of `manager`, if it still stands at `from`. The row stays locked until that
   * transaction ends, so that of several processes at the same place one goes on and the others hear `false`.
   *
   * @returns whether it moved; if not, the transaction must be rolled back.
   */
  async advance(name: string, from: number, to: number, manager: EntityManager): Promise<boolean> {
    const runner = transactionOf(manager);
    await query(
      runner,
      'INSERT INTO hub_checkpoints (name, position) VALUES (?, 0) ON CONFLICT (name) DO NOTHING',
      [name],
    );
    const { affected } = await query(
      runner,
      'UPDATE hub_checkpoints SET position = ?, updated_at = CURRENT_TIMESTAMP ' +
        'WHERE name = ? AND position = ?',
      [to, name, from],
    );
    return affected === 1;
  }
}

function transactionOf({ queryRunner }: EntityManager): QueryRunner {
  if (!queryRunner) throw new Error('A checkpoint moves only inside a transaction.');
  return queryRunner;
}

/** Runs SQL with `?` for each parameter in the form the database wants. */
function query(
  runner: QueryRunner,
  sql: string,
  parameters: readonly (string | number)[],
): Promise<QueryResult> {
  const { driver } = runner.dataSource;
  let index = 0;
  const native = sql.replaceAll('?', () => driver.createParameter('', index++));
  return runner.query(native, [...parameters], true);
}
