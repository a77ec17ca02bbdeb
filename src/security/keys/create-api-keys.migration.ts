import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateApiKeys1764000000401 implements MigrationInterface {
  readonly name = 'CreateApiKeys1764000000401';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE hub_api_keys (
        id           text   PRIMARY KEY,
        name         text   NOT NULL,
        secret_hash  text   NOT NULL,
        rights       text   NOT NULL,
        created_at   bigint NOT NULL,
        expires_at   bigint,
        revoked_at   bigint,
        last_used_at bigint
      )`,
    );
    await runner.query(
      'CREATE UNIQUE INDEX hub_api_keys_in_force ON hub_api_keys (name) WHERE revoked_at IS NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE hub_api_keys');
  }
}
