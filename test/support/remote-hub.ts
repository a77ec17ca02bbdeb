import { RemoteEventStore } from '../../src/event-sourcing/index.js';
import { Rights } from '../../src/common/access/rights.js';
import { ApiKeys } from '../../src/security/keys/api-keys.js';
import type { TestDatabase } from './databases.js';
import { startServer, type TestServer } from './server.js';

/** A hub that serves the log alone, to those who have a key. */
export class RemoteHub {
  private constructor(
    readonly server: TestServer,
    readonly key: string,
  ) {}

  static async start(
    database: TestDatabase,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<RemoteHub> {
    const server = await startServer(database, {
      HUB: 'on',
      AUTH: 'on',
      CONTEXTS: 'none',
      RATE_LIMIT: '100000000',
      BODY_LIMIT_BYTES: String(16 * 1024 * 1024),
      ...settings,
    });
    const rights = Rights.in('read:* append:* delegate');
    const { text } = await server.app.get(ApiKeys).create({ name: 'service', rights });
    return new RemoteHub(server, text);
  }

  /** A service with a key and a database of its own. */
  service(
    context: string,
    database: TestDatabase,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<TestServer> {
    const { url } = this.server.http;
    return startServer(database, {
      CONTEXTS: context,
      HUB_URL: url,
      HUB_KEY: this.key,
      ...settings,
    });
  }

  /** The log, as a service in another process has it. */
  store(): RemoteEventStore {
    return new RemoteEventStore({ url: this.server.http.url, key: this.key });
  }
}
