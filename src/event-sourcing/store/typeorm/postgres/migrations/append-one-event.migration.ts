import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CREATE_APPEND_EVENT_FUNCTION } from '../append-event-function.js';
import { CREATE_APPEND_FUNCTION } from '../append-function.js';

/** Brings `hub_append` to what this version of the code says, and gives an event alone a function of its own. */
export class AppendOneEvent1764000000007 implements MigrationInterface {
  readonly name = 'AppendOneEvent1764000000007';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CREATE_APPEND_FUNCTION);
    await runner.query(CREATE_APPEND_EVENT_FUNCTION);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP FUNCTION hub_append_event(timestamptz, text, bigint, uuid, text, int, json, json, json, text)',
    );
  }
}
