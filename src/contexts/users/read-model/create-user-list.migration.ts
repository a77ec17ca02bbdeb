import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateUserList1764000000101 implements MigrationInterface {
  readonly name = 'CreateUserList1764000000101';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE user_list (
        id               text   PRIMARY KEY,
        username         text   NOT NULL,
        email            text   NOT NULL,
        status           text   NOT NULL,
        revision         bigint NOT NULL,
        created_position bigint NOT NULL UNIQUE
      )`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE user_list');
  }
}
