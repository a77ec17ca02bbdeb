import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { announce } from './app.announcement.js';
import { serveDocsPage } from './app.openapi.js';
import { configureApp } from './app.setup.js';
import { describeStartFailure } from './app.start-failure.js';
import { CorrelatedLogger } from './common/correlation/correlated-logger.js';
import { HubHttpAdapter } from './common/http/hub-http.adapter.js';
import { AppConfig } from './config/app-config.js';
import { loadEnvironmentFile } from './config/environment-file.js';
import { ServerModule } from './server.module.js';

async function start(): Promise<void> {
  loadEnvironmentFile();
  const config = AppConfig.fromEnvironment(process.env);
  const app = await NestFactory.create<NestFastifyApplication>(
    ServerModule.of(config),
    new HubHttpAdapter(config),
    {
      logger: new CorrelatedLogger({
        prefix: 'Hindsight',
        json: config.logFormat === 'json',
        colors:
          config.logFormat === 'text' &&
          process.stdout.isTTY === true &&
          process.stdout.hasColors(),
        logLevels: ['fatal', ...config.logLevels],
        redact: ['parameters', 'password'],
      }),
      // Held back until the server listens: when it cannot start, the reason is all there is to read.
      bufferLogs: true,
      autoFlushLogs: false,
      abortOnError: false,
    },
  );
  configureApp(app, config);
  serveDocsPage(app, config);
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  await app.listen(config.port, config.host);
  app.flushLogs();
  announce(await app.getUrl(), config);
}

start().catch((error: unknown) => {
  process.stderr.write(`${describeStartFailure(error)}\n`, () => process.exit(1));
});
