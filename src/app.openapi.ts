import { readFileSync } from 'node:fs';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { CORRELATION_HEADER } from './common/correlation/request-context.js';

export const DOCS_PATH = 'docs';

export function applicationVersion(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

export function createOpenApiDocument(app: INestApplication): OpenAPIObject {
  const description =
    'Every problem is answered as `application/problem+json` (RFC 9457); tell problems apart by their `code`. ' +
    `Every response names its correlation id in \`${CORRELATION_HEADER}\`; send the header to choose the id.`;
  const info = new DocumentBuilder()
    .setTitle('Hindsight')
    .setDescription(description)
    .setVersion(applicationVersion())
    .build();
  return SwaggerModule.createDocument(app, info);
}

/** The document at `/docs/openapi.json`, and a page to read it and try it out at `/docs`. */
export function setupOpenApi(app: INestApplication): void {
  SwaggerModule.setup(DOCS_PATH, app, () => createOpenApiDocument(app), {
    raw: ['json'],
    jsonDocumentUrl: `${DOCS_PATH}/openapi.json`,
    customSiteTitle: 'Hindsight API',
  });
}
