import type { MigrationInterface, QueryRunner } from 'typeorm';
import { openDatabase, type TestDatabase } from './databases.js';

/** What the processor `tallies` of a process keeps: for each stream, a digest of what came, in the order in which it came. */
export interface Tally {
  readonly stream: string;
  readonly events: number;
  readonly digest: string;
}

export class CreateTallies1764000000902 implements MigrationInterface {
  readonly name = 'CreateTallies1764000000902';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE TABLE tallies (stream text PRIMARY KEY, events integer NOT NULL, digest text NOT NULL)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE tallies');
  }
}

/** The rows that are committed, by the names of the streams. */
export async function talliesIn(database: TestDatabase): Promise<readonly Tally[]> {
  const open = await openDatabase(database);
  const rows = await open.dataSource.query<Tally[]>('SELECT * FROM tallies ORDER BY stream');
  await open.close();
  return rows;
}
