import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startPostgres as start } from '../../../test/support/postgres-server.mjs';
import { rootPackage } from '../product.mjs';

/** The same for every contender. Durable; large enough that no checkpoint falls into a window by itself. */
export const POSTGRES_SETTINGS = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '512MB',
  max_wal_size: '8GB',
  checkpoint_timeout: '30min',
};

/** A PostgreSQL server of the benchmark's own, with its data in `folder`. `pid` is that of its first process. */
export async function startPostgres(folder) {
  const { dataDirectory, url, stop } = await start({ folder, settings: POSTGRES_SETTINGS });
  const [pid] = (await readFile(join(dataDirectory, 'postmaster.pid'), 'utf8')).split('\n');
  return { pid: Number(pid), urlOf: (database) => `${url}/${database}`, stop };
}

/** Runs `work` with a connection to the database at `url`, which is closed afterwards. */
export async function withClient(url, work) {
  const { Client } = rootPackage('pg');
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
