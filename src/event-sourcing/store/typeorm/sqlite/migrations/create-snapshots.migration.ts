import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateSnapshots1764000000003 implements MigrationInterface {
  readonly name = 'CreateSnapshots1764000000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE hub_snapshots (
        stream      TEXT    NOT NULL,
        revision    INTEGER NOT NULL,
        version     TEXT    NOT NULL,
        state       TEXT    NOT NULL,
        recorded_at TEXT    NOT NULL,
        PRIMARY KEY (stream, revision)
      ) STRICT`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE hub_snapshots');
  }
}
