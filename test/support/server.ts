import type { Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { configureApp } from '../../src/app.setup.js';
import { HubHttpAdapter } from '../../src/common/http/hub-http.adapter.js';
import { AppConfig } from '../../src/config/app-config.js';
import { ServerModule } from '../../src/server.module.js';
import { AccountsApi } from './accounts-api.js';
import { CapturedLogs } from './captured-logs.js';
import type { TestDatabase } from './databases.js';
import { HttpClient } from './http-client.js';
import { TransfersApi } from './transfers-api.js';
import { UsersApi } from './users-api.js';

/** The whole application, listening on a port of its own. */
export interface TestServer {
  readonly app: NestFastifyApplication;
  readonly http: HttpClient;
  readonly users: UsersApi;
  readonly accounts: AccountsApi;
  readonly transfers: TransfersApi;
  readonly logs: CapturedLogs;
  close(): Promise<void>;
}

/** Several may run on one database, as several processes would; with these modules beside those of the application. */
export async function startServer(
  database: TestDatabase,
  settings: Readonly<Record<string, string>> = {},
  modules: readonly Type<object>[] = [],
): Promise<TestServer> {
  const environment = {
    DATABASE_URL: database.url,
    MAIL_OUTBOX: database.outbox,
    NODE_ENV: 'test',
    ...settings,
  };
  const config = AppConfig.fromEnvironment(environment);
  const logs = new CapturedLogs();
  const module = await Test.createTestingModule({
    imports: [ServerModule.of(config), ...modules],
  })
    .overrideProvider(AppConfig)
    .useValue(config)
    .setLogger(logs)
    .compile();
  const adapter = new HubHttpAdapter(config);
  const app = module.createNestApplication<NestFastifyApplication>(adapter, { logger: logs });
  await configureApp(app, config).listen(0, '127.0.0.1');
  const http = new HttpClient(await app.getUrl());
  return {
    app,
    http,
    users: new UsersApi(http),
    accounts: new AccountsApi(http),
    transfers: new TransfersApi(http),
    logs,
    close: () => app.close(),
  };
}
