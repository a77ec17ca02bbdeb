import { Logger } from '@nestjs/common';
import { applicationVersion, DOCS_PATH } from './app.openapi.js';
import { API_PREFIX, DEFAULT_API_VERSION } from './app.setup.js';
import type { AppConfig } from './config/app-config.js';
import { describeDatabase } from './config/database-url.js';

/** Tells whoever started the server where it is: people in a block of lines, programs in one record of the log. */
export function announce(url: string, config: AppConfig): void {
  const places = {
    api: `${url}/${API_PREFIX}/v${DEFAULT_API_VERSION}`,
    docs: `${url}/${DOCS_PATH}`,
    health: `${url}/health/ready`,
    database: describeDatabase(config.database),
  };
  if (config.logFormat === 'json') {
    new Logger('Hindsight').log('Listening', { version: applicationVersion(), ...places });
    return;
  }
  process.stdout.write(
    [
      '',
      `Hindsight ${applicationVersion()} is listening.`,
      `  API       ${places.api}`,
      `  Docs      ${places.docs}`,
      `  Health    ${places.health}`,
      `  Database  ${places.database}`,
      '',
      '',
    ].join('\n'),
  );
}
