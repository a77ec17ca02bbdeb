import { closeSync, fsyncSync, openSync } from 'node:fs';
import { FILLER } from '../child/payload.mjs';
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

const TAIL = '-0000-7000-8000-000000000000';
const RECORDED_AT = '2020-01-01T00:00:00.000Z';

/** The id of an account in a prefilled log: like a UUIDv7 later than the one before, and earlier than today's. */
export function accountOf(nr) {
  return `${nr.toString(16).padStart(8, '0')}${TAIL}`;
}

/**
 * Fills the empty log of a Hindsight database with `size` events in streams of `length`, written past the store for the
 * sake of time. A thousand streams grow side by side, event by event in turn, until they are full and the next thousand
 * follow: so that the neighbourhood of an event is the same in a small and in a large log.
 */
export async function prefill(database, size, length = STREAM_LENGTH) {
  if (database.kind === 'postgres') await prefillPostgres(database, size, length);
  else await prefillSqlite(database, size, length);
}

/** The rows to insert, in both databases' SQL; `numbers` has 0 to size - 1 as nr, `id` makes an id of a number. */
function rowsSql(size, length, { numbers, id, json = (text) => text }) {
  const open = Math.min(OPEN_STREAMS, size / length);
  const block = open * length;
  const data = `'{"account":"' || account || '","amount":' || revision || ',"filler":"${FILLER}"}'`;
  return `
    SELECT nr + 1, ${id('nr')}, 'account-' || account, revision, 'account', 'account.booked', 1,
           ${json(`(${data})`)}, '{}', NULL, NULL, '${RECORDED_AT}'
      FROM (SELECT nr, ${id(`nr / ${block} * ${open} + nr % ${open}`)} AS account,
                   nr % ${block} / ${open} + 1 AS revision
              FROM ${numbers}) AS places`;
}

async function prefillPostgres({ url }, size, length) {
  const rows = rowsSql(size, length, {
    numbers: `generate_series(0, ${size - 1}) AS nr`,
    id: (nr) => `(lpad(to_hex(${nr}), 8, '0') || '${TAIL}')::uuid`,
    json: (text) => `${text}::json`,
  });
  await withClient(url, async (client) => {
    const restore = await withoutIndexes(client);
    await client.query(`INSERT INTO hub_events (${COLUMNS.join(', ')}) ${rows}`);
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
  for (const { name } of constraints) {
    await client.query(`ALTER TABLE hub_events DROP CONSTRAINT ${name}`);
  }
  for (const { name } of indexes) await client.query(`DROP INDEX ${name}`);
  return async () => {
    await client.query(`SET maintenance_work_mem = '256MB'`);
    for (const { name, definition } of constraints) {
      await client.query(`ALTER TABLE hub_events ADD CONSTRAINT ${name} ${definition}`);
    }
    for (const { definition } of indexes) await client.query(definition);
  };
}

async function prefillSqlite({ file }, size, length) {
  const rows = rowsSql(size, length, {
    numbers: `(WITH RECURSIVE counting(nr) AS (SELECT 0 UNION ALL SELECT nr + 1 FROM counting LIMIT ${size})
               SELECT nr FROM counting)`,
    id: (nr) => `format('%08x${TAIL}', ${nr})`,
  });
  const database = await openSqlite(file);
  for (const setting of ['journal_mode = OFF', 'synchronous = OFF', 'cache_size = -262144']) {
    database.pragma(setting);
  }
  const restore = withoutTriggersAndIndexes(database);
  database.exec(`INSERT INTO hub_events (${COLUMNS.join(', ')}) ${rows}`);
  restore();
  database.exec('PRAGMA analysis_limit = 1000; ANALYZE');
  database.pragma('journal_mode = WAL');
  database.close();
  // Else the first commit that is measured waits until all of it is on the disk.
  const descriptor = openSync(file, 'r+');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

/** The triggers make sure of what is so anyway. @returns what puts them back */
function withoutTriggersAndIndexes(database) {
  const extras = `SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'index') AND sql IS NOT NULL`;
  const removed = database.prepare(extras).all();
  for (const { type, name } of removed) database.exec(`DROP ${type} ${name}`);
  return () => removed.forEach(({ sql }) => database.exec(sql));
}
