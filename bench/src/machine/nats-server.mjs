import { performance } from 'node:perf_hooks';
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { importRootPackage } from '../product.mjs';

const STARTS_WITHIN_MS = 20_000;

/** Whether there is a server of NATS. It does not come with npm (Debian: `apt-get install nats-server`). */
export function hasNats() {
  return spawnSync('nats-server', ['--version']).status === 0;
}

/** Starts a server with JetStream on files in a folder. @returns its address, and what ends it */
export async function startNats(folder) {
  const { connect } = await importRootPackage('@nats-io/transport-node');
  const port = await freePort();
  const url = `nats://127.0.0.1:${port}`;
  const address = ['--addr', '127.0.0.1', '--port', String(port)];
  const child = spawn('nats-server', [...address, '--jetstream', '--store_dir', folder], {
    stdio: 'ignore',
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const exited = new Promise((resolve) => child.once('close', resolve));
  const end = performance.now() + STARTS_WITHIN_MS;
  for (;;) {
    try {
      await (await connect({ servers: url, reconnect: false })).close();
      break;
    } catch (error) {
      if (performance.now() > end) throw error;
      await delay(20);
    }
  }
  const stop = async () => {
    kill();
    await exited;
    process.off('exit', kill);
  };
  return { url, stop };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
