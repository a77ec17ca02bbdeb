import { applyDecorators } from '@nestjs/common';
import { ApiBodyProblems } from '../../common/problem/api-body-problems.decorator.js';
import { ApiProblem } from '../../common/problem/api-problem.decorator.js';

/** Documents what may be wrong with a change to the schemas of a type. */
export function ApiSchemaChange(): MethodDecorator {
  return applyDecorators(
    ApiBodyProblems(),
    ApiProblem(403, 'category-reserved', 'Events of the type are stored by a service or a saga.'),
    ApiProblem(403, 'foreign-origin', 'The request comes from a page of another site.'),
    ApiProblem(409, 'concurrency-conflict', 'Others change the schemas of the type all the time.'),
    ApiProblem(503, 'store-overloaded', 'Too many appends are waiting. Send the request later.'),
  );
}
