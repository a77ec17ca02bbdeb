import { applyDecorators } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { AFTER_HEADER } from '../http/position-headers.js';
import { ApiProblem } from '../problem/api-problem.decorator.js';

/** Documents what is answered from what a projection keeps: `ReadAfterDto` in a header, and the problems. */
export function ApiReadModel(): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: AFTER_HEADER,
      required: false,
      description:
        'As the parameter `after`, for clients that send it with every request; of both, the higher one counts.',
      schema: { type: 'integer', minimum: 0 },
    }),
    ApiProblem(
      409,
      'position-ahead-of-log',
      'The log ends before that position: it is from another database, or from before this one was restored.',
    ),
    ApiProblem(503, 'read-model-behind', 'The list is behind the log. Send the request again.'),
    ApiProblem(503, 'read-model-unavailable', 'The list cannot be read. Send the request again.'),
  );
}

/** As `ApiReadModel`, for a list in pages. */
export function ApiList(): MethodDecorator {
  return applyDecorators(
    ApiProblem(400, 'invalid-cursor', 'The cursor is not one of an earlier page.'),
    ApiReadModel(),
  );
}
