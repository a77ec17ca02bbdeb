import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestDatabase } from './databases.js';

const MAIN = join(import.meta.dirname, '../../dist/cli/main.js');
const WARM = join(import.meta.dirname, 'processes/warm-hub.mjs');

/** How a process of `hub` ended. */
export interface HubExit {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `hub` as it was built, in a process of its own and away from a .env file that someone may have. */
export async function hub(
  words: readonly string[],
  database?: TestDatabase | string,
  environment: Readonly<Record<string, string>> = {},
  /** Gets Ctrl-C as soon as it has printed this. */
  interruptedAt?: string,
): Promise<HubExit> {
  if (!existsSync(MAIN)) throw new Error('This runs the built hub. Run "npm run build" first.');
  const url = typeof database === 'string' ? database : database?.url;
  const child = spawn(process.execPath, [MAIN, ...words], {
    cwd: tmpdir(),
    env: { ...environmentWith(url), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  let isInterrupted = false;
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    if (isInterrupted || interruptedAt === undefined || !stdout.includes(interruptedAt)) return;
    isInterrupted = true;
    child.kill('SIGINT');
  });
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** As `hub`, on one database, for those who run many commands: only the first one waits until the program is loaded. */
export class WarmHub {
  private constructor(private readonly process: ChildProcess) {}

  static async on(
    database: TestDatabase,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<WarmHub> {
    const env = { ...environmentWith(database.url), ...environment };
    const child = fork(WARM, { cwd: tmpdir(), env });
    await once(child, 'message');
    return new WarmHub(child);
  }

  async run(...words: readonly string[]): Promise<HubExit> {
    this.process.send(words);
    const [exit] = (await once(this.process, 'message')) as [HubExit];
    return exit;
  }

  async end(): Promise<void> {
    const exit = once(this.process, 'exit');
    this.process.kill();
    await exit;
  }
}

function environmentWith(url: string | undefined): NodeJS.ProcessEnv {
  const { PATH, TMPDIR } = process.env;
  return {
    PATH,
    TMPDIR,
    NODE_ENV: 'production',
    TZ: 'Asia/Tokyo',
    ...(url !== undefined && { DATABASE_URL: url }),
  };
}
