import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  'ALTER TABLE hub_events ADD COLUMN causation_id TEXT',
  // What was stored stays as it is: only the new column is written, once.
  'DROP TRIGGER hub_events_no_update',
  `UPDATE hub_events SET causation_id = CAST(metadata ->> '$.causationId' AS TEXT)
    WHERE instr(metadata, '"causationId"') > 0`,
  `CREATE TRIGGER hub_events_no_update BEFORE UPDATE ON hub_events
    BEGIN SELECT raise(ABORT, 'hub_events is append-only: events are never changed'); END`,
  `CREATE INDEX hub_events_causation ON hub_events (causation_id, position)
    WHERE causation_id IS NOT NULL`,
];

/** Lets the effects of an event be found, at a cost that does not grow with the log. */
export class FindEffects1764000000012 implements MigrationInterface {
  readonly name = 'FindEffects1764000000012';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX hub_events_causation');
    await runner.query('ALTER TABLE hub_events DROP COLUMN causation_id');
  }
}
