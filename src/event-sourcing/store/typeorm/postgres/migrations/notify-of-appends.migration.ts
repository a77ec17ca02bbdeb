import type { MigrationInterface, QueryRunner } from 'typeorm';
import { APPENDS } from '../notification-channels.js';

/** Tells whoever listens that there are new events: once per transaction, when it is committed. */
export class NotifyOfAppends1764000000006 implements MigrationInterface {
  readonly name = 'NotifyOfAppends1764000000006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE FUNCTION hub_notify_of_appends() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN PERFORM pg_notify('${APPENDS}', ''); RETURN NULL; END $$`,
    );
    await runner.query(
      `CREATE TRIGGER hub_events_notify AFTER INSERT ON hub_events
        FOR EACH STATEMENT EXECUTE FUNCTION hub_notify_of_appends()`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER hub_events_notify ON hub_events');
    await runner.query('DROP FUNCTION hub_notify_of_appends()');
  }
}
