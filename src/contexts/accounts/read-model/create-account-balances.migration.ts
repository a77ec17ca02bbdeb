import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateAccountBalances1764000000201 implements MigrationInterface {
  readonly name = 'CreateAccountBalances1764000000201';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE account_balances (
        id              text   PRIMARY KEY,
        owner           text   NOT NULL,
        currency        text   NOT NULL,
        balance         bigint NOT NULL,
        available       bigint NOT NULL,
        status          text   NOT NULL,
        revision        bigint NOT NULL,
        opened_position bigint NOT NULL UNIQUE
      )`,
    );
    await runner.query(
      'CREATE INDEX account_balances_of_owner ON account_balances (owner, opened_position)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE account_balances');
  }
}
