import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CREATE_RECORDED_AT_FUNCTION } from '../recorded-at-function.js';

/** Lets a flight that goes on after its events are written know their time. */
export class TellFlightTime1764000000010 implements MigrationInterface {
  readonly name = 'TellFlightTime1764000000010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CREATE_RECORDED_AT_FUNCTION);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION hub_recorded_at()');
  }
}
