import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Of which version a read model is, and how far those have come that are being built anew beside it. */
export class CreateRebuilds1764000000009 implements MigrationInterface {
  readonly name = 'CreateRebuilds1764000000009';

  async up(runner: QueryRunner): Promise<void> {
    const isPostgres = runner.dataSource.options.type === 'postgres';
    const [bigint, double, strict] = isPostgres
      ? ['bigint', 'double precision', '']
      : ['INTEGER', 'REAL', 'STRICT'];
    await runner.query('ALTER TABLE hub_checkpoints ADD COLUMN version INTEGER NOT NULL DEFAULT 0');
    // Times are milliseconds since 1970.
    await runner.query(
      `CREATE TABLE hub_rebuilds (
        projection        TEXT      NOT NULL,
        purpose           TEXT      NOT NULL,
        id                TEXT      NOT NULL,
        version           INTEGER   NOT NULL,
        state             TEXT      NOT NULL,
        position          ${bigint} NOT NULL,
        head              ${bigint} NOT NULL,
        events_per_second ${double} NOT NULL,
        parked            ${bigint} NOT NULL,
        accepts_parked    INTEGER   NOT NULL,
        started_at        ${bigint} NOT NULL,
        finished_at       ${bigint},
        error             TEXT,
        verification      TEXT,
        leftovers         TEXT      NOT NULL,
        PRIMARY KEY (projection, purpose)
      ) ${strict}`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE hub_rebuilds');
    await runner.query('ALTER TABLE hub_checkpoints DROP COLUMN version');
  }
}
