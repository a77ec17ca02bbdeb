import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CREATE_APPEND_EVENT_FUNCTION } from '../append-event-function.js';
import { CREATE_APPEND_FUNCTION } from '../append-function.js';
import { causationOf } from '../causation-of.js';

const STATEMENTS = [
  'ALTER TABLE hub_events ADD COLUMN causation_id text COLLATE "C"',
  // What was stored stays as it is: only the new column is written, once.
  'ALTER TABLE hub_events DISABLE TRIGGER hub_events_append_only',
  `UPDATE hub_events SET causation_id = ${causationOf('metadata::text')}
    WHERE strpos(metadata::text, '"causationId"') > 0`,
  'ALTER TABLE hub_events ENABLE TRIGGER hub_events_append_only',
  `CREATE INDEX hub_events_causation ON hub_events (causation_id, position)
    WHERE causation_id IS NOT NULL`,
  CREATE_APPEND_FUNCTION,
  CREATE_APPEND_EVENT_FUNCTION,
];

/** Lets the effects of an event be found, at a cost that does not grow with the log. */
export class FindEffects1764000000012 implements MigrationInterface {
  readonly name = 'FindEffects1764000000012';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    // The functions that append write the column.
  }
}
