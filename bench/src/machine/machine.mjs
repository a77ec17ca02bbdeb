import { cpus, totalmem, type } from 'node:os';
import { openSqlite } from './databases.mjs';
import { POSTGRES_SETTINGS, withClient } from './postgres-server.mjs';
import { join } from 'node:path';
import { rootPackage, ROOT } from '../product.mjs';

const GIBIBYTE = 1024 ** 3;

/** What the figures were measured on and with. Nothing in it tells whose machine it was. */
export async function describeMachine({ databases, folder, options }) {
  const [{ model = 'unknown processor' } = {}] = cpus();
  return {
    processor: model.trim(),
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / GIBIBYTE),
    operatingSystem: type(),
    node: process.versions.node,
    hindsight: rootPackage(join(ROOT, 'package.json')).version,
    peers: rootPackage(join(ROOT, 'bench/package.json')).dependencies,
    ...(options.databases.includes('postgres') ? await describePostgres(databases) : {}),
    ...(options.databases.includes('sqlite') ? await describeSqlite(folder) : {}),
  };
}

async function describePostgres({ server }) {
  const version = await withClient(server.urlOf('postgres'), async (client) => {
    const { rows } = await client.query('SHOW server_version');
    return rows[0].server_version;
  });
  return { postgres: { version, settings: POSTGRES_SETTINGS } };
}

async function describeSqlite(folder) {
  const database = await openSqlite(join(folder, 'version.sqlite'));
  const version = database.prepare('SELECT sqlite_version()').pluck().get();
  database.close();
  return { sqlite: { version, settings: { journal_mode: 'WAL', synchronous: 'FULL' } } };
}
