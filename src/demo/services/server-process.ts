import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

const MAIN = join(import.meta.dirname, '../../main.js');
const LISTENING = /"message":"Listening".*"api":"(http:\/\/[^/"]+)/;
const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 20;
const LINES_TO_SHOW = 20;

export type Settings = Readonly<Record<string, string>>;

/** A server as `npm start` runs it, in a process that can be killed. */
export class ServerProcess {
  /** Where it listens. */
  url = '';

  private readonly child: ChildProcess;
  private readonly lastLines: string[] = [];

  private constructor(directory: string, settings: Settings) {
    this.child = spawn(process.execPath, ['--enable-source-maps', MAIN], {
      // Away from a .env file of the project.
      cwd: directory,
      env: { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR, LOG_FORMAT: 'json', ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    process.once('exit', this.killNow);
    this.child.once('exit', () => process.off('exit', this.killNow));
    this.child.stderr?.on('data', (chunk: Buffer) => this.keep(chunk.toString().trimEnd()));
  }

  /** Resolves when the server says that it is ready. */
  static async start(directory: string, settings: Settings): Promise<ServerProcess> {
    const server = new ServerProcess(directory, settings);
    const patience = setTimeout(server.killNow, PATIENCE_MS);
    try {
      server.url = await server.listening();
      while (!(await isReady(server.url))) await delay(LOOK_EVERY_MS);
      return server;
    } finally {
      clearTimeout(patience);
    }
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Ends it at once, as a failing machine does. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Asks it to finish what it does and to end. @returns its exit code */
  stop(): Promise<number | null> {
    return this.end('SIGTERM');
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exit = once(this.child, 'exit');
      this.child.kill(signal);
      await exit;
    }
    return this.child.exitCode;
  }

  private readonly killNow = (): void => void this.child.kill('SIGKILL');

  private listening(): Promise<string> {
    const lines = createInterface({ input: this.child.stdout as Readable });
    return new Promise((resolve, reject) => {
      lines.on('line', (line) => {
        this.keep(line);
        const [, url] = LISTENING.exec(line) ?? [];
        if (url !== undefined) resolve(url);
      });
      this.child.once('exit', () => {
        const said = this.lastLines.join('\n');
        reject(new Error(`A server has ended before it was ready. It said:\n${said}`));
      });
    });
  }

  private keep(line: string): void {
    this.lastLines.push(line);
    this.lastLines.splice(0, this.lastLines.length - LINES_TO_SHOW);
  }
}

async function isReady(url: string): Promise<boolean> {
  return (await fetch(`${url}/health/ready`)).ok;
}
