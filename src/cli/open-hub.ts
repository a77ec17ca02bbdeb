import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module.js';
import { CorrelatedLogger } from '../common/correlation/correlated-logger.js';
import { AppConfig } from '../config/app-config.js';
import type { DatabaseUrl } from '../config/database-url.js';
import { loadEnvironmentFile } from '../config/environment-file.js';
import {
  ConfigurationError,
  ParkedEvents,
  Processors,
  ProjectionRebuilds,
} from '../event-sourcing/index.js';
import { ApiKeys } from '../security/keys/api-keys.js';
import { ApiKeysModule } from '../security/keys/api-keys.module.js';
import type { DeadLetters } from '../messaging/index.js';
import type { GroupServices, Hub } from './hub.js';

/** A hub, and what closes it. */
export interface OpenHub {
  readonly hub: Hub;
  close(): Promise<void>;
}

/** The services, with nothing that serves. */
@Module({})
class CliModule {}

/** @throws ConfigurationError with every wrong setting, or when there is no such database. */
export async function openHub(): Promise<OpenHub> {
  loadEnvironmentFile();
  const config = AppConfig.fromEnvironment(process.env);
  assertExists(config.database);
  const app = await NestFactory.createApplicationContext(
    {
      module: CliModule,
      imports: [
        AppModule.of(config, { run: false }),
        ApiKeysModule,
        ...(config.servesHub ? [groupsModule()] : []),
      ],
    },
    {
      logger: new CorrelatedLogger({ prefix: 'Hindsight', logLevels: ['fatal', 'error'] }),
      // Held back until the hub is open: when it cannot be opened, the reason is all there is to read.
      bufferLogs: true,
      autoFlushLogs: false,
      abortOnError: false,
    },
  );
  app.flushLogs();
  return {
    hub: {
      processors: app.get(Processors),
      parked: app.get(ParkedEvents),
      rebuilds: app.get(ProjectionRebuilds),
      keys: app.get(ApiKeys),
      ...(config.nats && { deadLetters: await deadLettersOf(app) }),
      ...(config.servesHub && { groups: await groupsOf(app) }),
    },
    close: () => app.close(),
  };
}

/** Loaded only where there is a broker. */
async function deadLettersOf(app: INestApplicationContext): Promise<DeadLetters> {
  const messaging = await import('../messaging/index.js');
  return app.get(messaging.DeadLetters, { strict: false });
}

/** Loaded only where the log is served. */
async function groupsModule(): Promise<DynamicModule> {
  const { GroupsModule } = await import('../hub/groups/groups.module.js');
  return { module: GroupsModule };
}

async function groupsOf(app: INestApplicationContext): Promise<GroupServices> {
  const { Groups } = await import('../hub/groups/groups.js');
  const { GroupStatuses } = await import('../hub/groups/membership/group-status.js');
  const { ParkedDeliveries } = await import('../hub/groups/parking/parked-deliveries.js');
  const found = { strict: false };
  return {
    groups: app.get(Groups, found),
    statuses: app.get(GroupStatuses, found),
    parked: app.get(ParkedDeliveries, found),
  };
}

/** The server creates the file of a new database. Whoever looks after one has mistyped its name. */
function assertExists(database: DatabaseUrl): void {
  if (database.kind === 'postgres' || existsSync(database.path)) return;
  throw new ConfigurationError([
    `There is no database ${database.path}. Set DATABASE_URL as for the server, or start the server first: npm start.`,
  ]);
}
