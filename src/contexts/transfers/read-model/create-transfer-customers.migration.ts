import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateTransferCustomers1764000000302 implements MigrationInterface {
  readonly name = 'CreateTransferCustomers1764000000302';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE transfer_account_owners (
        account_id text PRIMARY KEY,
        owner      text NOT NULL
      )`,
    );
    await runner.query(
      `CREATE TABLE transfer_customer_addresses (
        user_id text PRIMARY KEY,
        email   text NOT NULL
      )`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE transfer_customer_addresses');
    await runner.query('DROP TABLE transfer_account_owners');
  }
}
