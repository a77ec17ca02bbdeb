import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateAccountStatement1764000000202 implements MigrationInterface {
  readonly name = 'CreateAccountStatement1764000000202';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE account_statement (
        position    bigint PRIMARY KEY,
        account_id  text   NOT NULL,
        time        text   NOT NULL,
        kind        text   NOT NULL,
        amount      bigint NOT NULL,
        balance     bigint NOT NULL,
        description text,
        transfer_id text
      )`,
    );
    await runner.query(
      'CREATE INDEX account_statement_of_account ON account_statement (account_id, position)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE account_statement');
  }
}
