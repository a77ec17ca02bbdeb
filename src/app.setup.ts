import { RequestMethod, VersioningType } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type DocumentedSettings, serveOpenApiDocument } from './app.openapi.js';
import { ProblemDetailsFilter } from './common/problem/problem-details.filter.js';
import { createValidationPipe } from './common/validation.pipe.js';

export const API_PREFIX = 'api';
export const DEFAULT_API_VERSION = '1';

/** What makes the server behave over HTTP as it does, for `main.ts` and for tests alike. Call it before `init()`. */
export function configureApp(
  app: NestFastifyApplication,
  settings: DocumentedSettings = { auth: undefined },
): NestFastifyApplication {
  app.setGlobalPrefix(API_PREFIX, {
    exclude: [
      { path: 'health/*path', method: RequestMethod.GET },
      { path: 'metrics', method: RequestMethod.GET },
    ],
  });
  app.enableVersioning({ type: VersioningType.URI, defaultVersion: DEFAULT_API_VERSION });
  app.useGlobalPipes(createValidationPipe());
  app.useGlobalFilters(new ProblemDetailsFilter(app.get(HttpAdapterHost)));
  app.useSecurityHeaders({
    contentSecurityPolicy: {
      directives: {
        styleSrc: ["'self'", "'unsafe-inline'"],
        fontSrc: ["'self'", 'data:'],
        // Pages are served over plain HTTP too, in development and behind a proxy.
        upgradeInsecureRequests: null,
      },
    },
  });
  serveOpenApiDocument(app, settings);
  return app;
}
