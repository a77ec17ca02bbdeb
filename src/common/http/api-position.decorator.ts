import { ApiExtension, type OpenAPIObject } from '@nestjs/swagger';
import { POSITION_HEADER } from './position-headers.js';

/** The member of an operation that says so, until `describePositions` makes a header of it. */
const EXTENSION = 'x-tells-position';

const HEADER = {
  description:
    'The position in the log of what this has stored; of a request that is repeated or changes nothing, one that is high ' +
    'enough to see its effect. Send it as `after` with a list, and the list has it.',
  schema: { type: 'integer', minimum: 1, example: 42 },
};

interface Operation {
  readonly responses: Record<string, { headers?: Record<string, unknown> }>;
  [EXTENSION]?: true;
}

/** Documents that what changes something through this controller answers with its position; see `tellPositions`. */
export function ApiPosition(): ClassDecorator {
  return ApiExtension(EXTENSION, true);
}

/** Describes the header in the finished document, for the reason that `describeProblems` has. */
export function describePositions(document: OpenAPIObject): OpenAPIObject {
  for (const item of Object.values(document.paths)) {
    for (const [method, operation] of Object.entries(item) as [string, Operation][]) {
      if (!operation[EXTENSION]) continue;
      delete operation[EXTENSION];
      if (method === 'get') continue;
      for (const [status, response] of Object.entries(operation.responses)) {
        if (status >= '400') continue;
        response.headers = { ...response.headers, [POSITION_HEADER]: HEADER };
      }
    }
  }
  return document;
}
