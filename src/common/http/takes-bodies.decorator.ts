import { applyDecorators } from '@nestjs/common';
import { ApiExtension, type OpenAPIObject } from '@nestjs/swagger';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';

/** Where a route says which bodies it takes beside those of `application/json`. */
const BODY_TYPES = 'bodyTypes';
const EXTENSION = 'x-body-types';

type Schemas = Readonly<Record<string, unknown>>;

interface Operation {
  readonly requestBody?: { readonly content: Record<string, { schema: unknown }> };
  [EXTENSION]?: Schemas;
}

/** Has an operation take bodies of further media types of JSON, and documents them by their schemas. */
export function TakesBodies(schemas: Schemas): MethodDecorator {
  return applyDecorators(
    RouteConfig({ [BODY_TYPES]: Object.keys(schemas) }),
    ApiExtension(EXTENSION, schemas),
  );
}

/** Whether the route of a request takes bodies of this media type. */
export function takesBodies({ routeOptions }: FastifyRequest, mediaType: string): boolean {
  const { [BODY_TYPES]: types = [] } = routeOptions.config as { bodyTypes?: readonly string[] };
  return types.includes(mediaType);
}

/** Puts what `TakesBodies` says into the finished document, as the Swagger plugin knows one schema for all media types. */
export function describeBodies(document: OpenAPIObject): OpenAPIObject {
  for (const operations of Object.values(document.paths)) {
    for (const operation of Object.values(operations) as Operation[]) {
      for (const [mediaType, schema] of Object.entries(operation[EXTENSION] ?? {})) {
        if (operation.requestBody) operation.requestBody.content[mediaType] = { schema };
      }
      delete operation[EXTENSION];
    }
  }
  return document;
}
