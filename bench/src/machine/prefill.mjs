import { createHash } from 'node:crypto';
import { dataOf, FILLER } from '../child/payload.mjs';
import { STREAM_LENGTH } from '../settings.mjs';
import { openSqlite } from './databases.mjs';
import { withClient } from './postgres-server.mjs';

/** How many streams grow at the same time in a prefilled log. */
const OPEN_STREAMS = 1_000;

/** The columns of hub_events, for what writes to it, or to a table like it, directly. */
export const COLUMNS = [
  ...['position', 'id', 'stream', 'revision', 'category', 'type'],
  ...['version', 'data', 'metadata', 'tags', 'correlation_id', 'recorded_at'],
];

/** The id of an account in a prefilled log: PostgreSQL makes the same of its number. */
export function accountOf(nr) {
  const hash = createHash('md5').update(String(nr)).digest('hex');
  return hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/**
 * Fills the empty log of a Hindsight database with `size` events in streams of ten, written past the store for the sake
 * of time. A thousand streams grow side by side, event by event in turn, until they are full and the next thousand
 * follow: so that the neighbourhood of an event is the same in a small and in a large log.
 */
export async function prefill(database, size) {
  if (database.kind === 'postgres') await prefillPostgres(database, size);
  else await prefillSqlite(database, size);
}

async function prefillPostgres({ url }, size) {
  const open = Math.min(OPEN_STREAMS, size / STREAM_LENGTH);
  const block = open * STREAM_LENGTH;
  await withClient(url, async (client) => {
    const restore = await withoutIndexes(client);
    await client.query(`
      INSERT INTO hub_events (${COLUMNS.join(', ')})
      SELECT nr + 1, lpad(to_hex(nr), 32, '0')::uuid, 'account-' || account, revision, 'account', 'account.booked',
             1, format('{"account":"%s","amount":%s,"filler":"${FILLER}"}', account, revision)::json, '{}', NULL, NULL,
             timestamptz '2020-01-01Z' + nr * interval '1 ms'
        FROM generate_series(0, ${size - 1}) AS nr,
             LATERAL (SELECT nr / ${block} * ${open} + nr % ${open} AS account_nr,
                             nr % ${block} / ${open} + 1 AS revision) AS place,
             LATERAL (SELECT md5(account_nr::text)::uuid AS account) AS account`);
    await restore();
    await client.query(`UPDATE hub_head SET position = ${size}, recorded_at = now()`);
    await client.query('VACUUM (ANALYZE, FREEZE) hub_events');
    await client.query('CHECKPOINT');
  });
}

/** Takes the indexes off hub_events, as building one is much faster than growing it. @returns what puts them back */
async function withoutIndexes(client) {
  const { rows: constraints } = await client.query(`
    SELECT conname AS name, pg_get_constraintdef(oid) AS definition
      FROM pg_constraint WHERE conrelid = 'hub_events'::regclass AND contype IN ('p', 'u') ORDER BY contype, conname`);
  const { rows: indexes } = await client.query(`
    SELECT indexname AS name, indexdef AS definition FROM pg_indexes
     WHERE tablename = 'hub_events' AND indexname NOT IN (SELECT conname FROM pg_constraint)`);
  for (const { name } of constraints)
    await client.query(`ALTER TABLE hub_events DROP CONSTRAINT ${name}`);
  for (const { name } of indexes) await client.query(`DROP INDEX ${name}`);
  return async () => {
    await client.query(`SET maintenance_work_mem = '256MB'`);
    for (const { name, definition } of constraints) {
      await client.query(`ALTER TABLE hub_events ADD CONSTRAINT ${name} ${definition}`);
    }
    for (const { definition } of indexes) await client.query(definition);
  };
}

async function prefillSqlite({ file }, size) {
  const database = await openSqlite(file);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = OFF');
  const { sql, restore } = withoutTriggersAndIndexes(database);
  const insert = database.prepare(sql);
  const open = Math.min(OPEN_STREAMS, size / STREAM_LENGTH);
  const insertBlock = database.transaction((start, first) => {
    const ids = Array.from({ length: open }, (_, nr) => accountOf(first + nr));
    for (let nr = 0; nr < open * STREAM_LENGTH; nr++) {
      const account = ids[nr % open];
      const revision = Math.floor(nr / open) + 1;
      const position = start + nr + 1;
      const hex = position.toString(16).padStart(32, '0');
      const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
      const data = JSON.stringify(dataOf(account, revision));
      const recordedAt = new Date(Date.UTC(2020, 0, 1) + position).toISOString();
      const place = [position, id, `account-${account}`, revision];
      insert.run(...place, 'account', 'account.booked', 1, data, '{}', null, null, recordedAt);
    }
  });
  for (let start = 0; start < size; start += open * STREAM_LENGTH) {
    insertBlock(start, start / STREAM_LENGTH);
  }
  restore();
  database.exec('PRAGMA analysis_limit = 1000; ANALYZE');
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
}

/** The triggers make sure of what is so anyway. @returns the statement that inserts, and what puts them back */
function withoutTriggersAndIndexes(database) {
  const removed = database
    .prepare(
      `SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'index') AND sql IS NOT NULL`,
    )
    .all();
  for (const { type, name } of removed) database.exec(`DROP ${type} ${name}`);
  const places = COLUMNS.map(() => '?').join(', ');
  return {
    sql: `INSERT INTO hub_events (${COLUMNS.join(', ')}) VALUES (${places})`,
    restore: () => removed.forEach(({ sql }) => database.exec(sql)),
  };
}
