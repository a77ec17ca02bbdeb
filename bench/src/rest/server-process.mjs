import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../product.mjs';

const SCRIPTS = {
  hindsight: join(ROOT, 'dist/main.js'),
  empty: join(import.meta.dirname, 'empty-server.mjs'),
};
const ANNOUNCEMENT = /API\s+http:\/\/([^/:]+):(\d+)\//;

/** Starts a server as its users do, with these settings. @returns where it listens, and how to stop it */
export async function startServer(name, databaseUrl = 'sqlite:unused.sqlite', settings = {}) {
  const { PATH, TMPDIR, SystemRoot } = process.env;
  const child = spawn(process.execPath, [SCRIPTS[name]], {
    // Away from a .env file that someone may have.
    cwd: tmpdir(),
    env: {
      ...{ PATH, TMPDIR, SystemRoot },
      ...{ NODE_ENV: 'production', LOG_LEVEL: 'error', PORT: '0', DATABASE_URL: databaseUrl },
      // Accounts would follow each user that is created, in the same process.
      CONTEXTS: 'users',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  let output = '';
  const exited = new Promise((resolve) => child.once('close', resolve));
  const [, host, port] = await new Promise((resolve, reject) => {
    const read = (chunk) => {
      output += chunk;
      const announced = ANNOUNCEMENT.exec(output);
      if (announced) resolve(announced);
    };
    for (const stream of [child.stdout, child.stderr]) stream.on('data', read);
    void exited.then(() => reject(new Error(`The ${name} server ended by itself:\n${output}`)));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
    process.off('exit', kill);
  };
  return { host, port: Number(port), stop };
}
