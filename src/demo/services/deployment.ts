import { join } from 'node:path';
import { JsonClient } from './json-client.js';
import { makeKeys } from './make-keys.js';
import { ServerProcess, type Settings } from './server-process.js';

/** What each service may append at the hub: what its own aggregates and sagas decide. */
export const APPENDS = {
  users: ['user', 'username', 'email'],
  accounts: ['account', 'money'],
  // Its saga has commands of the accounts carried out where it runs itself.
  transfers: ['transfer', 'saga_transfer', 'saga', 'account', 'money'],
} as const;

export type ServiceName = keyof typeof APPENDS;
export const SERVICES = Object.keys(APPENDS) as readonly ServiceName[];

/** Long enough for a slow machine to start the hub again. */
const HUB_PATIENCE_MS = '60000';

type ServerName = 'hub' | ServiceName;
type Keys = Readonly<Record<ServiceName | 'demo', string>>;

/** A hub and three services, each in a process of its own, on a database of its own. */
export class Deployment {
  private readonly servers = new Map<ServerName, ServerProcess>();

  private constructor(
    private readonly directory: string,
    private readonly keys: Keys,
  ) {}

  /** Resolves when each of them is ready. */
  static async start(directory: string): Promise<Deployment> {
    const keys = await makeKeys(databaseIn(directory, 'hub'), {
      users: rightsOf('users'),
      accounts: rightsOf('accounts'),
      transfers: rightsOf('transfers'),
      demo: 'read:*',
    });
    const deployment = new Deployment(directory, keys);
    await deployment.startHub();
    await Promise.all(SERVICES.map((name) => deployment.startService(name)));
    return deployment;
  }

  server(name: ServerName): ServerProcess {
    const server = this.servers.get(name);
    if (server === undefined) throw new Error(`There is no server ${name}.`);
    return server;
  }

  service(name: ServiceName): JsonClient {
    return new JsonClient(this.server(name).url);
  }

  /** The log, for one who may read it. */
  get log(): JsonClient {
    return new JsonClient(this.server('hub').url, this.keys.demo);
  }

  /** Starts the hub; once more where it was, when it was killed. */
  async startHub(): Promise<void> {
    const before = this.servers.get('hub');
    await this.start('hub', {
      CONTEXTS: 'none',
      HUB: 'on',
      AUTH: 'on',
      PORT: before ? new URL(before.url).port : '0',
    });
  }

  /** Ends all, the services first. @returns the exit code of each */
  async stop(): Promise<ReadonlyMap<ServerName, number | null>> {
    const codes = new Map<ServerName, number | null>();
    await Promise.all(
      SERVICES.map(async (name) => codes.set(name, await this.server(name).stop())),
    );
    return codes.set('hub', await this.server('hub').stop());
  }

  private startService(name: ServiceName): Promise<void> {
    return this.start(name, {
      CONTEXTS: name,
      HUB_URL: this.server('hub').url,
      HUB_KEY: this.keys[name],
      HUB_PATIENCE_MS,
      PORT: '0',
    });
  }

  private async start(name: ServerName, settings: Settings): Promise<void> {
    const server = await ServerProcess.start(this.directory, {
      DATABASE_URL: `sqlite:${databaseIn(this.directory, name)}`,
      MAIL_OUTBOX: join(this.directory, 'outbox'),
      ...settings,
    });
    this.servers.set(name, server);
  }
}

function databaseIn(directory: string, name: ServerName): string {
  return join(directory, `${name}.sqlite`);
}

function rightsOf(name: ServiceName): string {
  return ['read:*', 'delegate', ...APPENDS[name].map((category) => `append:${category}`)].join(' ');
}
