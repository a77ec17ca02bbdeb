import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateTransfers1764000000301 implements MigrationInterface {
  readonly name = 'CreateTransfers1764000000301';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE transfer_list (
        id                 text   PRIMARY KEY,
        from_account       text   NOT NULL,
        to_account         text   NOT NULL,
        amount             bigint NOT NULL,
        currency           text   NOT NULL,
        description        text,
        status             text   NOT NULL,
        reason_code        text,
        reason             text,
        requested_at       text   NOT NULL,
        expires_at         text   NOT NULL,
        requested_position bigint NOT NULL UNIQUE
      )`,
    );
    await runner.query(
      'CREATE INDEX transfer_list_from ON transfer_list (from_account, requested_position)',
    );
    await runner.query(
      'CREATE INDEX transfer_list_to ON transfer_list (to_account, requested_position)',
    );
    await runner.query(
      `CREATE TABLE transfer_steps (
        position    bigint PRIMARY KEY,
        transfer_id text   NOT NULL,
        time        text   NOT NULL,
        kind        text   NOT NULL,
        account_id  text,
        reason_code text,
        reason      text
      )`,
    );
    await runner.query(
      'CREATE INDEX transfer_steps_of_transfer ON transfer_steps (transfer_id, position)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE transfer_steps');
    await runner.query('DROP TABLE transfer_list');
  }
}
