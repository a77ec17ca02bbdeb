import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The deadlines of sagas that are open, and the effects of reactors that were begun. */
export class CreateDeadlinesAndEffects1764000000008 implements MigrationInterface {
  readonly name = 'CreateDeadlinesAndEffects1764000000008';

  async up(runner: QueryRunner): Promise<void> {
    const isPostgres = runner.dataSource.options.type === 'postgres';
    const [bigint, boolean, strict] = isPostgres
      ? ['bigint', 'boolean', '']
      : ['INTEGER', 'INTEGER', 'STRICT'];
    // Times are milliseconds since 1970.
    await runner.query(
      `CREATE TABLE hub_deadlines (
        id     TEXT      PRIMARY KEY,
        stream TEXT      NOT NULL,
        name   TEXT      NOT NULL,
        due_at ${bigint} NOT NULL
      ) ${strict}`,
    );
    await runner.query('CREATE INDEX hub_deadlines_due_at ON hub_deadlines (due_at, id)');
    await runner.query('CREATE INDEX hub_deadlines_stream ON hub_deadlines (stream)');
    await runner.query(
      `CREATE TABLE hub_effects (
        reactor  TEXT       NOT NULL,
        event_id TEXT       NOT NULL,
        effect   TEXT       NOT NULL,
        attempts INTEGER    NOT NULL,
        is_done  ${boolean} NOT NULL,
        begun_at ${bigint}  NOT NULL,
        done_at  ${bigint},
        PRIMARY KEY (reactor, event_id, effect)
      ) ${strict}`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE hub_effects');
    await runner.query('DROP TABLE hub_deadlines');
  }
}
