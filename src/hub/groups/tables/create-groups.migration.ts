import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Consumer groups, who is in them, how far each partition has come, and what of it is not settled. */
export class CreateGroups1764000000701 implements MigrationInterface {
  readonly name = 'CreateGroups1764000000701';

  async up(runner: QueryRunner): Promise<void> {
    const isPostgres = runner.dataSource.options.type === 'postgres';
    const [bigint, strict] = isPostgres ? ['bigint', ''] : ['INTEGER', 'STRICT'];
    // Times are milliseconds since 1970 by the database's clock.
    await runner.query(
      `CREATE TABLE hub_groups (
        name       TEXT      PRIMARY KEY,
        id         TEXT      NOT NULL,
        definition TEXT      NOT NULL,
        start      ${bigint} NOT NULL,
        turns      ${bigint} NOT NULL,
        created_at ${bigint} NOT NULL
      ) ${strict}`,
    );
    await runner.query(
      `CREATE TABLE hub_group_members (
        group_name       TEXT      NOT NULL,
        id               TEXT      NOT NULL,
        actor            TEXT,
        joined_at        ${bigint} NOT NULL,
        lease_expires_at ${bigint} NOT NULL,
        PRIMARY KEY (group_name, id)
      ) ${strict}`,
    );
    await runner.query(
      `CREATE TABLE hub_group_partitions (
        group_name TEXT      NOT NULL,
        number     INTEGER   NOT NULL,
        position   ${bigint} NOT NULL,
        member     TEXT,
        leaving    INTEGER   NOT NULL,
        PRIMARY KEY (group_name, number)
      ) ${strict}`,
    );
    await runner.query(
      `CREATE TABLE hub_group_deliveries (
        group_name      TEXT      NOT NULL,
        position        ${bigint} NOT NULL,
        number          INTEGER   NOT NULL,
        stream          TEXT      NOT NULL,
        event_id        TEXT      NOT NULL,
        size            INTEGER   NOT NULL,
        state           TEXT      NOT NULL,
        member          TEXT,
        due_at          ${bigint} NOT NULL,
        attempts        INTEGER   NOT NULL,
        alone           INTEGER   NOT NULL,
        error           TEXT,
        first_failed_at ${bigint},
        last_failed_at  ${bigint},
        PRIMARY KEY (group_name, position)
      ) ${strict}`,
    );
    await runner.query(
      'CREATE INDEX hub_group_deliveries_state ON hub_group_deliveries (group_name, state, position)',
    );
    await runner.query(
      'CREATE INDEX hub_group_deliveries_stream ON hub_group_deliveries (group_name, stream, position)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['deliveries', 'partitions', 'members']) {
      await runner.query(`DROP TABLE hub_group_${table}`);
    }
    await runner.query('DROP TABLE hub_groups');
  }
}
