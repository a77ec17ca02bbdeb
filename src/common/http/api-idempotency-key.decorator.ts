import { applyDecorators } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { ApiProblem } from '../problem/api-problem.decorator.js';

/** Documents an operation that is done once for one `Idempotency-Key`, see `commandIdFromIdempotencyKey`. */
export function ApiIdempotencyKey(): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'Any text of the client’s own; a second request with it gets the first answer.',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    }),
    ApiProblem(
      400,
      'invalid-idempotency-key',
      'The key is not 1 to 255 printable ASCII characters.',
    ),
    ApiProblem(422, 'idempotency-key-reused', 'The key came with other data before.'),
  );
}
