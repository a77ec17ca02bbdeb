import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dataOf } from '../child/payload.mjs';
import { runCommand } from '../cli/run-command.mjs';

const DEBIAN_FOLDER = '/usr/lib/postgresql';

export const pgbench = {
  title: 'pgbench',
  databases: ['postgres'],
  table: () => ({ name: 'bench_events', data: 'data' }),
};

/** Where pgbench is; undefined when it is not installed. It does not come with the embedded server. */
export function findPgbench() {
  const versions = existsSync(DEBIAN_FOLDER)
    ? readdirSync(DEBIAN_FOLDER).sort((a, b) => Number(b) - Number(a))
    : [];
  const folders = [
    ...versions.map((version) => join(DEBIAN_FOLDER, version, 'bin')),
    ...(process.env.PATH ?? '').split(process.platform === 'win32' ? ';' : ':'),
  ];
  const name = process.platform === 'win32' ? 'pgbench.exe' : 'pgbench';
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

/** A table of hub_events' shape, with its columns, constraints and indexes and without its triggers. */
export const CREATE_YARDSTICK = `
  CREATE TABLE bench_events (LIKE hub_events INCLUDING ALL);
  CREATE SEQUENCE bench_position`;

/** One row, one statement, one commit. */
const INSERT = `INSERT INTO bench_events
  (position, id, stream, revision, category, type, version, data, metadata, recorded_at)
  VALUES (nextval('bench_position'), gen_random_uuid(), 'account-' || lpad(CAST(:client_id AS text), 36, '0'),
  currval('bench_position'), 'account', 'account.booked', 1,
  CAST('${JSON.stringify(dataOf('0'.repeat(36), 1)).replaceAll("'", "''")}' AS json), '{}', now());`;

/** Inserts single rows for at least `ms`. @returns how many, and the mean latency in milliseconds */
export async function runPgbench({ file, url, folder, clients, ms }) {
  const script = join(folder, 'pgbench.sql');
  await writeFile(script, INSERT.replaceAll(/\s+/g, ' '));
  const seconds = String(Math.max(1, Math.round(ms / 1000)));
  const args = ['-n', '-M', 'prepared', '-c', String(clients), '-j', '2', '-T', seconds];
  const output = await runCommand(file, [...args, '-f', script, url]);
  const figure = (pattern) => Number(pattern.exec(output)[1]);
  const count = figure(/transactions actually processed: (\d+)/);
  const perSecond = figure(/tps = ([\d.]+)/);
  return { count, acknowledged: count, perSecond, ms: (count / perSecond) * 1000 };
}
