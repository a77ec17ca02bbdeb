import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateSnapshots1764000000003 implements MigrationInterface {
  readonly name = 'CreateSnapshots1764000000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE hub_snapshots (
        stream      text        COLLATE "C" NOT NULL,
        revision    bigint      NOT NULL,
        version     text        COLLATE "C" NOT NULL,
        state       text        NOT NULL,
        recorded_at timestamptz NOT NULL,
        PRIMARY KEY (stream, revision)
      )`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE hub_snapshots');
  }
}
