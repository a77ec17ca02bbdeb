import { readFileSync } from 'node:fs';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { describeAccess } from './common/access/describe-access.js';
import { CORRELATION_HEADER } from './common/correlation/request-context.js';
import { describePositions } from './common/http/api-position.decorator.js';
import { describeBodies } from './common/http/takes-bodies.decorator.js';
import { describeProblems } from './common/problem/describe-problems.js';
import { ProblemDetailsDto } from './common/problem/problem-details.dto.js';
import type { AppConfig } from './config/app-config.js';

export const DOCS_PATH = 'docs';

/** What the document depends on. */
export type DocumentedSettings = Pick<AppConfig, 'auth'>;

export function applicationVersion(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

export function createOpenApiDocument(
  app: INestApplication,
  { auth }: DocumentedSettings,
): OpenAPIObject {
  const description =
    'Every problem is answered as `application/problem+json` (RFC 9457); tell problems apart by their `code`. ' +
    `Every response names its correlation id in \`${CORRELATION_HEADER}\`; send the header to choose the id.`;
  const info = new DocumentBuilder()
    .setTitle('Hindsight')
    .setDescription(description)
    .setVersion(applicationVersion())
    .build();
  const options = { extraModels: [ProblemDetailsDto] };
  const document = describeAccess(
    SwaggerModule.createDocument(app, info, options),
    auth !== undefined,
  );
  return describePositions(describeProblems(describeBodies(document)));
}

/** The document at `/docs/openapi.json`. */
export function serveOpenApiDocument(app: INestApplication, settings: DocumentedSettings): void {
  SwaggerModule.setup(DOCS_PATH, app, () => createOpenApiDocument(app, settings), {
    ui: false,
    raw: ['json'],
    jsonDocumentUrl: `${DOCS_PATH}/openapi.json`,
  });
}

/**
 * A page at `/docs` to read the document and to try the operations. Apart from the rest of the set-up, as its assets
 * are served by a package that Jest cannot load on Node.js 20.
 */
export function serveDocsPage(app: INestApplication, settings: DocumentedSettings): void {
  SwaggerModule.setup(DOCS_PATH, app, () => createOpenApiDocument(app, settings), {
    raw: false,
    customSiteTitle: 'Hindsight API',
  });
}
