import { applyDecorators } from '@nestjs/common';
import { ApiProblem } from './api-problem.decorator.js';

/** Documents what may be wrong with a body before its fields are looked at. */
export function ApiBodyProblems(): MethodDecorator {
  return applyDecorators(
    ApiProblem(400, 'malformed-json', 'The body is not valid JSON in UTF-8.'),
    ApiProblem(400, 'body-too-deep', 'The body has more levels of lists and objects than can be.'),
    ApiProblem(413, 'body-too-large', 'The body is larger than this server accepts.'),
    ApiProblem(415, 'unsupported-media-type', 'The body is not sent as application/json.'),
  );
}
