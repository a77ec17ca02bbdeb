import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  `CREATE TABLE hub_events (
    position       INTEGER PRIMARY KEY,
    id             TEXT    NOT NULL UNIQUE,
    stream         TEXT    NOT NULL,
    revision       INTEGER NOT NULL,
    category       TEXT    NOT NULL,
    type           TEXT    NOT NULL,
    version        INTEGER NOT NULL,
    data           TEXT    NOT NULL,
    metadata       TEXT    NOT NULL,
    tags           TEXT,
    correlation_id TEXT,
    recorded_at    TEXT    NOT NULL,
    UNIQUE (stream, revision)
  ) STRICT`,
  'CREATE INDEX hub_events_category ON hub_events (category, position)',
  'CREATE INDEX hub_events_type ON hub_events (type, position)',
  `CREATE INDEX hub_events_correlation ON hub_events (correlation_id, position)
    WHERE correlation_id IS NOT NULL`,
  `CREATE TRIGGER hub_events_no_update BEFORE UPDATE ON hub_events
    BEGIN SELECT raise(ABORT, 'hub_events is append-only: events are never changed'); END`,
  `CREATE TRIGGER hub_events_no_delete BEFORE DELETE ON hub_events
    BEGIN SELECT raise(ABORT, 'hub_events is append-only: events are never deleted'); END`,
  // REPLACE would delete the row in its way without firing the trigger above.
  `CREATE TRIGGER hub_events_no_replace BEFORE INSERT ON hub_events
    WHEN NEW.position <= (SELECT coalesce(max(position), 0) FROM hub_events)
      OR EXISTS (SELECT 1 FROM hub_events WHERE id = NEW.id)
      OR EXISTS (SELECT 1 FROM hub_events WHERE stream = NEW.stream AND revision = NEW.revision)
    BEGIN SELECT raise(ABORT, 'hub_events is append-only: a place and an id are given once'); END`,
  `CREATE TABLE hub_checkpoints (
    name       TEXT    PRIMARY KEY,
    position   INTEGER NOT NULL,
    updated_at TEXT    NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
  ) STRICT`,
];

export class CreateEventLog1764000000001 implements MigrationInterface {
  readonly name = 'CreateEventLog1764000000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE hub_checkpoints');
    await runner.query('DROP TABLE hub_events');
  }
}
