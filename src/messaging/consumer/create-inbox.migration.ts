import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateInbox1764000000501 implements MigrationInterface {
  readonly name = 'CreateInbox1764000000501';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE hub_inbox (
        consumer text   NOT NULL,
        event    text   NOT NULL,
        done_at  bigint NOT NULL,
        PRIMARY KEY (consumer, event)
      )`,
    );
    await runner.query('CREATE INDEX hub_inbox_done_at ON hub_inbox (consumer, done_at)');
    await runner.query(
      `CREATE TABLE hub_consumers (
        name         text    PRIMARY KEY,
        place        text,
        tried_event  text,
        attempts     integer NOT NULL DEFAULT 0,
        dead_letters integer NOT NULL DEFAULT 0
      )`,
    );
    await runner.query(
      `CREATE TABLE hub_dead_letters (
        consumer     text    NOT NULL,
        nr           integer NOT NULL,
        ordering_key text    NOT NULL,
        event        text    NOT NULL,
        type         text,
        origin       text    NOT NULL,
        headers      text    NOT NULL,
        body         text    NOT NULL,
        error        text,
        attempts     integer NOT NULL,
        failed_at    bigint,
        PRIMARY KEY (consumer, nr)
      )`,
    );
    await runner.query(
      'CREATE INDEX hub_dead_letters_of_key ON hub_dead_letters (consumer, ordering_key, nr)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['hub_dead_letters', 'hub_consumers', 'hub_inbox']) {
      await runner.query(`DROP TABLE ${table}`);
    }
  }
}
