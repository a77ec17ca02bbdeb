import { ApiOkResponse } from '@nestjs/swagger';
import { ETAG } from '../../../common/http/response-headers.js';
import { UserView } from '../user-view.dto.js';

export function ApiUserResponse(): MethodDecorator {
  return ApiOkResponse({ type: UserView, description: 'The user.', headers: ETAG });
}
