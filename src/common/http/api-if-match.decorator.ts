import { applyDecorators } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { ApiProblem } from '../problem/api-problem.decorator.js';

/** Documents a change of a `resource`, such as a user, that can be made to depend on its revision. */
export function ApiIfMatch(resource: string): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'If-Match',
      required: false,
      description: `The ETag of the ${resource} the change was decided on; when it has moved on, 412.`,
      schema: { type: 'string', example: '"1"' },
    }),
    ApiProblem(400, 'invalid-if-match', 'If-Match is neither an ETag nor *.'),
    ApiProblem(
      409,
      'concurrency-conflict',
      `Others kept changing the ${resource}. Send the request again.`,
    ),
    ApiProblem(412, 'concurrency-conflict', `The ${resource} is not at the revision of If-Match.`),
  );
}
