import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateOrderList1764000000201 implements MigrationInterface {
  readonly name = 'CreateOrderList1764000000201';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE order_list (id text PRIMARY KEY, product text NOT NULL)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE order_list');
  }
}
