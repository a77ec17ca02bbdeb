import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a processor is about to try where something went wrong before, for whoever has to go on after it. */
export class NoteAttempts1764000000011 implements MigrationInterface {
  readonly name = 'NoteAttempts1764000000011';

  async up(runner: QueryRunner): Promise<void> {
    const isPostgres = runner.dataSource.options.type === 'postgres';
    const [bigint, timestamp, strict] = isPostgres
      ? ['bigint', 'timestamptz', '']
      : ['INTEGER', 'TEXT', 'STRICT'];
    await runner.query(
      `CREATE TABLE hub_attempts (
        processor       TEXT      PRIMARY KEY,
        position        ${bigint} NOT NULL,
        events          INTEGER   NOT NULL,
        attempts        INTEGER   NOT NULL,
        losses          INTEGER   NOT NULL,
        error           TEXT,
        first_failed_at ${timestamp},
        last_failed_at  ${timestamp}
      ) ${strict}`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE hub_attempts');
  }
}
