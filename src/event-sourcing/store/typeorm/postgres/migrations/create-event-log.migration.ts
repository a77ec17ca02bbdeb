import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CREATE_APPEND_FUNCTION } from '../append-function.js';

const STATEMENTS = [
  `CREATE TABLE hub_events (
    position       bigint      PRIMARY KEY,
    id             uuid        NOT NULL UNIQUE,
    stream         text        COLLATE "C" NOT NULL,
    revision       bigint      NOT NULL,
    category       text        COLLATE "C" NOT NULL,
    type           text        COLLATE "C" NOT NULL,
    version        int         NOT NULL,
    data           json        NOT NULL,
    metadata       json        NOT NULL,
    tags           json,
    correlation_id text        COLLATE "C",
    recorded_at    timestamptz NOT NULL,
    UNIQUE (stream, revision)
  )`,
  'CREATE INDEX hub_events_category ON hub_events (category, position)',
  'CREATE INDEX hub_events_type ON hub_events (type, position)',
  `CREATE INDEX hub_events_correlation ON hub_events (correlation_id, position)
    WHERE correlation_id IS NOT NULL`,
  `CREATE FUNCTION hub_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'hub_events is append-only: % is refused', TG_OP; END $$`,
  `CREATE TRIGGER hub_events_append_only BEFORE UPDATE OR DELETE ON hub_events
    FOR EACH ROW EXECUTE FUNCTION hub_refuse_change()`,
  `CREATE TRIGGER hub_events_no_truncate BEFORE TRUNCATE ON hub_events
    FOR EACH STATEMENT EXECUTE FUNCTION hub_refuse_change()`,
  // The one row every append locks. Room on its page lets it be updated in place.
  `CREATE TABLE hub_head (
    only_row    boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
    position    bigint      NOT NULL,
    recorded_at timestamptz NOT NULL
  ) WITH (fillfactor = 10)`,
  `INSERT INTO hub_head (position, recorded_at) VALUES (0, '-infinity')`,
  CREATE_APPEND_FUNCTION,
  `CREATE TABLE hub_checkpoints (
    name       text        PRIMARY KEY,
    position   bigint      NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
  )`,
];

export class CreateEventLog1764000000001 implements MigrationInterface {
  readonly name = 'CreateEventLog1764000000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE hub_checkpoints');
    await runner.query(
      'DROP FUNCTION hub_append(timestamptz, text, int[], int[], bigint[], int[], int[], ' +
        'text, text, int[], text, text, text, text)',
    );
    await runner.query('DROP TABLE hub_head');
    await runner.query('DROP TABLE hub_events');
    await runner.query('DROP FUNCTION hub_refuse_change()');
  }
}
