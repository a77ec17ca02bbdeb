import type { ApiPropertyOptions } from '@nestjs/swagger';

/** Documents a property that may be any value of JSON. */
export const ANY_JSON = {
  nullable: true,
  oneOf: [
    { type: 'object', additionalProperties: true },
    { type: 'array', items: {} },
    { type: 'string' },
    { type: 'number' },
    { type: 'boolean' },
  ],
} as const satisfies ApiPropertyOptions;
