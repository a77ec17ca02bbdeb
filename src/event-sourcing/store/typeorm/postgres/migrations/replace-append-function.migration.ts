import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CREATE_APPEND_FUNCTION } from '../append-function.js';

/**
 * Brings `hub_append` to what this version of the code says. Whoever changes the function adds another migration like
 * this one; the signature stays, so that processes of both versions can append while a deployment is under way.
 */
export class ReplaceAppendFunction1764000000002 implements MigrationInterface {
  readonly name = 'ReplaceAppendFunction1764000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CREATE_APPEND_FUNCTION);
  }

  async down(): Promise<void> {
    // The function it replaced did the same.
  }
}
