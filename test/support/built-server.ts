import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccountsApi } from './accounts-api.js';
import { until } from './async.js';
import type { TestDatabase } from './databases.js';
import { HttpClient, type RequestHeaders } from './http-client.js';
import { OperationsApi } from './operations-api.js';
import { TransfersApi } from './transfers-api.js';
import { UsersApi } from './users-api.js';

const MAIN = join(import.meta.dirname, '../../dist/main.js');
const START_TIMEOUT_MS = 20_000;
const ANNOUNCEMENT = /^ {2}API {7}(http:\/\/\S+?)\/api\/v1$/m;

/** `node dist/main.js`, a process of its own that can be killed. */
export class BuiltServer {
  /** Everything it has printed so far. */
  output = '';
  /** What is sent with every request to it. */
  credentials: RequestHeaders = {};

  private constructor(private readonly process: ChildProcess) {
    const keep = (chunk: Buffer): void => void (this.output += chunk.toString());
    process.stdout?.on('data', keep);
    process.stderr?.on('data', keep);
  }

  /** Resolves as soon as the process runs, which is long before it listens. */
  static spawn(
    database: TestDatabase,
    environment: Readonly<Record<string, string>> = {},
  ): BuiltServer {
    if (!existsSync(MAIN)) {
      throw new Error('These tests start the built server. Run "npm run build" first.');
    }
    const { PATH, TMPDIR } = process.env;
    return new BuiltServer(
      spawn(process.execPath, [MAIN], {
        // Away from a .env file that someone may have.
        cwd: tmpdir(),
        env: {
          PATH,
          TMPDIR,
          NODE_ENV: 'production',
          LOG_LEVEL: 'error',
          DATABASE_URL: database.url,
          MAIL_OUTBOX: database.outbox,
          PORT: '0',
          ...environment,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  /** A server that is ready for requests. */
  static async start(
    database: TestDatabase,
    environment?: Readonly<Record<string, string>>,
  ): Promise<BuiltServer> {
    const server = BuiltServer.spawn(database, environment);
    await server.ready();
    return server;
  }

  get http(): HttpClient {
    const [, url] = ANNOUNCEMENT.exec(this.output) ?? [];
    if (url === undefined) throw this.failure('does not listen yet');
    return new HttpClient(url, this.credentials);
  }

  get users(): UsersApi {
    return new UsersApi(this.http);
  }

  get accounts(): AccountsApi {
    return new AccountsApi(this.http);
  }

  get transfers(): TransfersApi {
    return new TransfersApi(this.http);
  }

  get operations(): OperationsApi {
    return new OperationsApi(this.http);
  }

  get isRunning(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  /** @throws Error that says how it ended and what it had printed, when it does not run any more. */
  assertRunning(): void {
    if (!this.isRunning) throw this.failure('has ended by itself');
  }

  /** Resolves when the server says that it is ready. */
  async ready(): Promise<void> {
    await this.listening();
    const { http } = this;
    const isReady = async (): Promise<boolean> => (await http.get('/health/ready')).status === 200;
    await until(isReady, 'the server is ready', { lookEveryMs: 10 });
  }

  /** Ends it at once: it can neither finish nor clean up anything. */
  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  stop(): Promise<void> {
    return this.end('SIGTERM');
  }

  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (!this.isRunning) return;
    const exit = once(this.process, 'exit');
    this.signal(signal);
    await exit;
  }

  private listening(): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        if (ANNOUNCEMENT.test(this.output)) resolve();
        else if (!this.isRunning) reject(this.failure('has ended by itself'));
        else return;
        clearTimeout(patience);
        this.process.stdout?.off('data', settle);
      };
      const patience = setTimeout(() => reject(this.failure('does not listen')), START_TIMEOUT_MS);
      this.process.stdout?.on('data', settle);
      this.process.once('exit', settle);
      settle();
    });
  }

  private failure(what: string): Error {
    const { exitCode, signalCode } = this.process;
    const end = this.isRunning ? '' : ` (exit code ${exitCode}, signal ${signalCode})`;
    const printed = this.output.slice(-5_000);
    return new Error(`The server ${what}${end}. It has printed:\n${printed}`);
  }
}
