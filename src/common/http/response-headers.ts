import type { ApiResponseOptions } from '@nestjs/swagger';

type DocumentedHeaders = NonNullable<ApiResponseOptions['headers']>;

/** What both Express and Fastify can do with a response. */
export interface ResponseHeaders {
  header(name: string, value: string): unknown;
}

/** The same, where an answer may have another status than usual. */
export interface ResponseHead extends ResponseHeaders {
  status(code: number): unknown;
}

/** Documents the header that `entityTag` makes. */
export const ETAG: DocumentedHeaders = {
  ETag: {
    description: 'The revision in quotes, to be sent as If-Match with a change.',
    schema: { type: 'string', example: '"1"' },
  },
};

/** Documents where in a collection, such as `/api/v1/users`, a new member is. */
export function locationIn(collection: string): DocumentedHeaders {
  return {
    Location: {
      description: 'Where it is.',
      schema: { type: 'string', example: `${collection}/0190b3c4-6b1c-7c3e-8f2a-5d9e1f7a2b3c` },
    },
  };
}
