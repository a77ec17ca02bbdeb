import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { jetstreamManager } from '@nats-io/jetstream';
import { until } from './async.js';

const STARTS_WITHIN = { patienceMs: 30_000, lookEveryMs: 25 };

const isInstalled = ((): boolean => {
  try {
    execFileSync('nats-server', ['--version']);
    return true;
  } catch {
    return false;
  }
})();

/**
 * `describe`, for what needs a server of NATS. Where none is installed, it is skipped and says so; in CI it fails.
 */
export const describeWithNats: typeof describe.skip = ((): typeof describe.skip => {
  if (isInstalled || process.env.CI === 'true') return describe;
  process.stderr.write('Skipped, as there is no nats-server: apt-get install nats-server\n');
  return describe.skip;
})();

/** A server of NATS with JetStream on files of its own, which can be killed and started again. */
export class NatsServer {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly directory: string,
    readonly port: number,
    private readonly options: readonly string[],
  ) {}

  static async start(options: readonly string[] = []): Promise<NatsServer> {
    const server = await NatsServer.create(options);
    await server.run();
    return server;
  }

  /** Not yet running. */
  static async create(options: readonly string[] = []): Promise<NatsServer> {
    const directory = await mkdtemp(join(tmpdir(), 'hindsight-nats-'));
    return new NatsServer(directory, await freePort(), options);
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** Resolves when it takes connections. */
  async run(): Promise<void> {
    const { directory, port, options } = this;
    const fixed = ['--addr', '127.0.0.1', '--port', String(port), '--jetstream'];
    this.child = spawn('nats-server', [...fixed, '--store_dir', directory, ...options], {
      stdio: 'ignore',
    });
    await until(() => this.answers(), 'NATS takes connections', STARTS_WITHIN);
  }

  /** As a crash of its process does. */
  async kill(): Promise<void> {
    const child = this.child;
    this.child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async end(): Promise<void> {
    await this.kill();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** With everything in it removed. */
  async clear(): Promise<void> {
    const client = await connect({ servers: this.url });
    const { streams } = await jetstreamManager(client);
    for await (const { config } of streams.list()) await streams.delete(config.name);
    await client.close();
  }

  private async answers(): Promise<boolean> {
    try {
      const client = await connect({ servers: this.url, reconnect: false, timeout: 1_000 });
      await client.close();
      return true;
    } catch {
      return false;
    }
  }
}

/** Free when it was looked at. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('There is no port.');
  return address.port;
}
