import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../dist/main.js', import.meta.url));

export interface ExitedProcess {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

export interface ServerProcess {
  readonly process: ChildProcess;
  readonly exited: Promise<ExitedProcess>;
}

export interface RunningServer extends ServerProcess {
  readonly url: string;
  readonly port: number;
}

type Settings = Readonly<Record<string, string>>;

/** The built server as users start it, with nothing of this process's environment but what it needs to run. */
export function spawnServer(settings: Settings): ServerProcess & { output(): string } {
  if (!existsSync(MAIN)) throw new Error('There is no dist/main.js. Run `npm run build` first.');
  let output = '';
  const child = spawn(process.execPath, ['--enable-source-maps', MAIN], {
    env: { PATH: process.env.PATH, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<ExitedProcess>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, output }));
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  }
  return { process: child, exited, output: () => output };
}

/** Resolves when the server has said where it listens. */
export async function startServer(settings: Settings): Promise<RunningServer> {
  const server = spawnServer({ PORT: '0', ...settings });
  const listening = new Promise<string>((resolve) => {
    server.process.stdout?.on('data', () => {
      const url = /API +(http:\/\/[^/]+)\//.exec(server.output())?.[1];
      if (url !== undefined) resolve(url);
    });
  });
  const failed = server.exited.then(({ output }) => Promise.reject(new Error(output)));
  const url = await Promise.race([listening, failed]);
  return { ...server, url, port: Number(new URL(url).port) };
}
