import { applyDecorators } from '@nestjs/common';
import { type ApiHeaderOptions, ApiOkResponse } from '@nestjs/swagger';
import { ApiProblem } from '../../../common/problem/api-problem.decorator.js';
import { UserView } from '../user-view.dto.js';

export const IDEMPOTENCY_KEY: ApiHeaderOptions = {
  name: 'Idempotency-Key',
  required: false,
  description: 'Any text of the client’s own; a second request with it gets the first answer.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

export const IF_MATCH: ApiHeaderOptions = {
  name: 'If-Match',
  required: false,
  description: 'The ETag of the user the change was decided on; when it has moved on, 412.',
  schema: { type: 'string', example: '"1"' },
};

export const ETAG = {
  ETag: {
    description: 'The revision in quotes, to be sent as If-Match with a change.',
    schema: { type: 'string', example: '"1"' },
  },
};

export const LOCATION = {
  Location: {
    description: 'Where the user is.',
    schema: { type: 'string', example: '/api/v1/users/0190b3c4-6b1c-7c3e-8f2a-5d9e1f7a2b3c' },
  },
};

export function ApiUserResponse(): MethodDecorator {
  return ApiOkResponse({ type: UserView, description: 'The user.', headers: ETAG });
}

/** What may be wrong with a body before its fields are looked at. */
export function ApiBodyProblems(): MethodDecorator {
  return applyDecorators(
    ApiProblem(400, 'malformed-json', 'The body is not valid JSON in UTF-8.'),
    ApiProblem(400, 'body-too-deep', 'The body has more levels of lists and objects than can be.'),
    ApiProblem(413, 'body-too-large', 'The body is larger than this server accepts.'),
    ApiProblem(415, 'unsupported-media-type', 'The body is not sent as application/json.'),
  );
}
