import { applyDecorators } from '@nestjs/common';
import { ApiProblem } from '../problem/api-problem.decorator.js';

/** Documents the problems of what is kept from the log. */
export function ApiReadModelProblems(): MethodDecorator {
  return applyDecorators(
    ApiProblem(503, 'read-model-behind', 'The list is behind the log. Send the request again.'),
    ApiProblem(503, 'read-model-unavailable', 'The list cannot be read. Send the request again.'),
  );
}

/** Documents the problems of a list that is kept from the log. */
export function ApiListProblems(): MethodDecorator {
  return applyDecorators(
    ApiProblem(400, 'invalid-cursor', 'The cursor is not one of an earlier page.'),
    ApiReadModelProblems(),
  );
}
