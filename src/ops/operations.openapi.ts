import { applyDecorators } from '@nestjs/common';
import { ApiProblem } from '../common/problem/api-problem.decorator.js';
import { ApiBodyProblems } from '../common/problem/api-body-problems.decorator.js';

/** Documents what every operation may answer that looks after the hub. */
export function ApiOperations(): ClassDecorator {
  return applyDecorators(
    ApiProblem(400, 'validation-failed', 'A parameter is missing, unknown or malformed.'),
    ApiProblem(503, 'store-unavailable', 'The database cannot be reached. Send the request again.'),
    ApiProblem(414, 'url-too-long', 'A segment of the path is longer than this server accepts.'),
  );
}

/** Documents an operation that changes something; it takes no body, and refuses one that is none of JSON. */
export function ApiChange(): MethodDecorator {
  return applyDecorators(
    ApiProblem(403, 'foreign-origin', 'The request comes from a page of another site.'),
    ApiBodyProblems(),
  );
}
