import { applyDecorators } from '@nestjs/common';
import { ApiBodyProblems } from '../../common/problem/api-body-problems.decorator.js';
import { ApiProblem } from '../../common/problem/api-problem.decorator.js';

/** Documents what every operation on consumer groups may answer. */
export function ApiGroups(): ClassDecorator {
  return applyDecorators(
    ApiProblem(400, 'validation-failed', 'A field or parameter is missing, unknown or malformed.'),
    ApiProblem(503, 'store-unavailable', 'The database cannot be reached. Send the request again.'),
    ApiProblem(414, 'url-too-long', 'A segment of the path is longer than this server accepts.'),
  );
}

/** Documents an operation on a group that must be there. */
export function ApiGroup(): MethodDecorator {
  return ApiProblem(404, 'group-not-found', 'There is no such consumer group.');
}

/** Documents an operation that changes something. */
export function ApiGroupChange(): MethodDecorator {
  return applyDecorators(
    ApiBodyProblems(),
    ApiProblem(403, 'foreign-origin', 'The request comes from a page of another site.'),
  );
}

/** Documents what a member asks for or says. */
export function ApiMember(): MethodDecorator {
  return applyDecorators(
    ApiGroup(),
    ApiGroupChange(),
    ApiProblem(409, 'lease-lost', 'It is no member, or no longer. Join again.'),
  );
}
