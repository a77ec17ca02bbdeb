import { applyDecorators } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { ApiIdempotencyKey } from '../../../common/http/api-idempotency-key.decorator.js';
import { ApiIfMatch } from '../../../common/http/api-if-match.decorator.js';
import { ETAG } from '../../../common/http/response-headers.js';
import { ApiBodyProblems } from '../../../common/problem/api-body-problems.decorator.js';
import { ApiProblem } from '../../../common/problem/api-problem.decorator.js';
import { AccountView } from '../account-view.dto.js';

export function ApiAccountResponse(description: string): MethodDecorator {
  return ApiOkResponse({ type: AccountView, description, headers: ETAG });
}

/** What deposits and withdrawals have in common: the answer is the account afterwards. */
export function ApiMovement(): MethodDecorator {
  return applyDecorators(
    ApiAccountResponse('The account afterwards.'),
    ApiIdempotencyKey(),
    ApiIfMatch('account'),
    ApiBodyProblems(),
    ApiProblem(404, 'account-not-found', 'There is no such account.'),
    ApiProblem(409, 'account-closed', 'The account is closed.'),
    ApiProblem(409, 'currency-mismatch', 'The account has another currency.'),
  );
}
