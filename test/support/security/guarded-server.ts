import { Rights } from '../../../src/common/access/rights.js';
import { ApiKeys } from '../../../src/security/keys/api-keys.js';
import { createDatabase, type DatabaseKind, type TestDatabase } from '../databases.js';
import type { RequestHeaders } from '../http-client.js';
import { startServer, type TestServer } from '../server.js';
import { Issuer } from './issuer.js';

/** What tests may do that are not about limits. */
const PLENTY = { RATE_LIMIT: '1000000', RATE_LIMIT_ANONYMOUS: '1000000' };

/** A server that asks everybody who they are, with somebody who signs tokens for it. */
export class GuardedServer {
  private made = 0;

  private constructor(
    readonly database: TestDatabase,
    readonly server: TestServer,
    readonly issuer: Issuer,
  ) {}

  static async start(
    settings: Readonly<Record<string, string>> = {},
    kind: DatabaseKind = 'sqlite',
    modules: Parameters<typeof startServer>[2] = [],
  ): Promise<GuardedServer> {
    const database = await createDatabase(kind);
    const issuer = await Issuer.start();
    const server = await startServer(
      database,
      { AUTH: 'on', HUB: 'on', ...PLENTY, ...issuer.settings, ...settings },
      modules,
    );
    return new GuardedServer(database, server, issuer);
  }

  get keys(): ApiKeys {
    return this.server.app.get(ApiKeys);
  }

  /** The headers of somebody with a new key. */
  async key(rights: string, expiresAt?: Date): Promise<RequestHeaders> {
    this.made += 1;
    return this.namedKey(`key-${this.made}`, rights, expiresAt);
  }

  async namedKey(name: string, rights: string, expiresAt?: Date): Promise<RequestHeaders> {
    const { text } = await this.keys.create({ name, rights: Rights.in(rights), expiresAt });
    return bearer(text);
  }

  /** The headers of somebody with a token. */
  async token(scope: string, claims?: Parameters<Issuer['token']>[1]): Promise<RequestHeaders> {
    return bearer(await this.issuer.token(scope, claims));
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.issuer.stop();
    await this.database.drop();
  }
}

export function bearer(text: string): RequestHeaders {
  return { authorization: `Bearer ${text}` };
}
