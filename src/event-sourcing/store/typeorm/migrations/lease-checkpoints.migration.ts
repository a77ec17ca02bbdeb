import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who runs a processor, until when, whether it rests, and which events it has set aside. */
export class LeaseCheckpoints1764000000005 implements MigrationInterface {
  readonly name = 'LeaseCheckpoints1764000000005';

  async up(runner: QueryRunner): Promise<void> {
    const isPostgres = runner.dataSource.options.type === 'postgres';
    const [bigint, timestamp, strict] = isPostgres
      ? ['bigint', 'timestamptz', '']
      : ['INTEGER', 'TEXT', 'STRICT'];
    for (const column of [
      'owner TEXT',
      `token ${bigint} NOT NULL DEFAULT 0`,
      // Milliseconds since 1970 by the database's clock.
      `lease_expires_at ${bigint} NOT NULL DEFAULT 0`,
      'paused INTEGER NOT NULL DEFAULT 0',
      `parked ${bigint} NOT NULL DEFAULT 0`,
    ]) {
      await runner.query(`ALTER TABLE hub_checkpoints ADD COLUMN ${column}`);
    }
    await runner.query(
      `CREATE TABLE hub_parked_events (
        processor       TEXT         NOT NULL,
        position        ${bigint}    NOT NULL,
        stream          TEXT         NOT NULL,
        event_id        TEXT         NOT NULL,
        error           TEXT,
        attempts        INTEGER      NOT NULL,
        first_failed_at ${timestamp},
        last_failed_at  ${timestamp},
        PRIMARY KEY (processor, position)
      ) ${strict}`,
    );
    await runner.query(
      'CREATE INDEX hub_parked_events_stream ON hub_parked_events (processor, stream, position)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE hub_parked_events');
    for (const column of ['owner', 'token', 'lease_expires_at', 'paused', 'parked']) {
      await runner.query(`ALTER TABLE hub_checkpoints DROP COLUMN ${column}`);
    }
  }
}
