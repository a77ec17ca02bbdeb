import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { NeedsRightsTo } from '../../../common/access/needs.decorator.js';
import { ApiPosition } from '../../../common/http/api-position.decorator.js';
import { ApiIdempotencyKey } from '../../../common/http/api-idempotency-key.decorator.js';
import { ApiIfMatch } from '../../../common/http/api-if-match.decorator.js';
import { decodeCursor, encodeCursor } from '../../../common/http/cursor.js';
import { entityTag, revisionFromIfMatch } from '../../../common/http/entity-tag.js';
import { commandIdFromIdempotencyKey } from '../../../common/http/idempotency-key.js';
import { ListDto } from '../../../common/http/list.dto.js';
import { PageDto } from '../../../common/http/page.dto.js';
import { PointInTimeDto } from '../../../common/http/point-in-time.dto.js';
import { positionToReadAfter } from '../../../common/http/position-headers.js';
import { ETAG, locationIn, type ResponseHeaders } from '../../../common/http/response-headers.js';
import { ApiBodyProblems } from '../../../common/problem/api-body-problems.decorator.js';
import { ApiProblem } from '../../../common/problem/api-problem.decorator.js';
import { ApiList } from '../../../common/read-model/api-read-model.decorator.js';
import { IdGenerator } from '../../../event-sourcing/index.js';
import { ChangeEmail } from '../commands/change-email.command.js';
import { CreateUser } from '../commands/create-user.command.js';
import { DeactivateUser } from '../commands/deactivate-user.command.js';
import { FindUserHistory } from '../queries/find-user-history.query.js';
import { FindUser } from '../queries/find-user.query.js';
import { ListUsers } from '../queries/list-users.query.js';
import { UserView } from '../user-view.dto.js';
import { ChangeEmailDto } from './change-email.dto.js';
import { CreateUserDto } from './create-user.dto.js';
import { UserHistoryDto } from './user-history.dto.js';
import { UserIdDto } from './user-id.dto.js';
import { UserPageDto } from './user-page.dto.js';
import { ApiUserResponse } from './users.openapi.js';

const USERS = '/api/v1/users';
/** Keeps the commands that idempotency keys name here apart from those of other operations. */
const CREATE_USER = '5b1f0c1e-8a43-4a0c-9f5e-6d1f7c2b9e10';

@ApiTags('users')
@ApiPosition()
@ApiProblem(400, 'validation-failed', 'A field or parameter is missing, unknown or malformed.')
@ApiProblem(503, 'store-unavailable', 'The database cannot be reached. Send the request again.')
@ApiProblem(414, 'url-too-long', 'A segment of the path is longer than this server accepts.')
@NeedsRightsTo('user')
@Controller('users')
export class UsersController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly ids: IdGenerator,
  ) {}

  /** Creates a user. Repeat it safely with the same `Idempotency-Key`. */
  @Post()
  @ApiCreatedResponse({
    type: UserView,
    description: 'The user.',
    headers: { ...locationIn(USERS), ...ETAG },
  })
  @ApiIdempotencyKey()
  @ApiBodyProblems()
  @ApiProblem(409, 'username-taken', 'Another user has this user name.')
  @ApiProblem(409, 'email-taken', 'Another user has this e-mail address.')
  async create(
    @Body() { username, email }: CreateUserDto,
    @Res({ passthrough: true }) response: ResponseHeaders,
    @Headers('Idempotency-Key') key?: string,
  ): Promise<UserView> {
    const commandId = commandIdFromIdempotencyKey(key, CREATE_USER);
    const id = commandId ?? this.ids.next();
    const user = await this.commands.execute(new CreateUser(id, username, email, commandId));
    response.header('Location', `${USERS}/${user.id}`);
    return tagged(user, response);
  }

  /** The users by the time of their creation. */
  @Get()
  @ApiOkResponse({ type: UserPageDto, description: 'A page of users.' })
  @ApiList()
  async list(
    @Query() { limit, cursor, after }: ListDto,
    @Headers('Hub-After') header?: string,
  ): Promise<UserPageDto> {
    const including = positionToReadAfter(after, header);
    const page = await this.queries.execute(new ListUsers(limit, decodeCursor(cursor), including));
    return {
      items: page.items.map(({ id, username, email, status, revision }) => ({
        id,
        username,
        email,
        status,
        revision,
      })),
      nextCursor: page.next === null ? null : encodeCursor(page.next),
    };
  }

  /** One user, as it is or, by revision or time, as it was. */
  @Get(':id')
  @ApiUserResponse()
  @ApiProblem(404, 'user-not-found', 'There is no such user, or there was none then.')
  async find(
    @Param() { id }: UserIdDto,
    @Query() when: PointInTimeDto,
    @Res({ passthrough: true }) response: ResponseHeaders,
  ): Promise<UserView> {
    return tagged(await this.queries.execute(new FindUser(id, when)), response);
  }

  /** Changes the e-mail address. */
  @Patch(':id')
  @ApiIfMatch('user')
  @ApiUserResponse()
  @ApiBodyProblems()
  @ApiProblem(404, 'user-not-found', 'There is no such user.')
  @ApiProblem(409, 'email-taken', 'Another user has this e-mail address.')
  @ApiProblem(409, 'user-deactivated', 'The user can no longer be changed.')
  async changeEmail(
    @Param() { id }: UserIdDto,
    @Body() { email }: ChangeEmailDto,
    @Res({ passthrough: true }) response: ResponseHeaders,
    @Headers('If-Match') ifMatch?: string,
  ): Promise<UserView> {
    const command = new ChangeEmail(id, email, revisionFromIfMatch(ifMatch));
    return tagged(await this.commands.execute(command), response);
  }

  /** Deactivates the user. The history stays, and so do the reservations of the name and the address. */
  @Delete(':id')
  @HttpCode(204)
  @ApiIfMatch('user')
  @ApiNoContentResponse({ description: 'The user is deactivated.' })
  @ApiBodyProblems()
  @ApiProblem(404, 'user-not-found', 'There is no such user.')
  async deactivate(
    @Param() { id }: UserIdDto,
    @Headers('If-Match') ifMatch?: string,
  ): Promise<void> {
    await this.commands.execute(new DeactivateUser(id, revisionFromIfMatch(ifMatch)));
  }

  /** What has happened to the user, event by event. */
  @Get(':id/history')
  @ApiOkResponse({ type: UserHistoryDto, description: 'A page of events, from the oldest on.' })
  @ApiProblem(404, 'user-not-found', 'There is no such user.')
  @ApiProblem(400, 'invalid-cursor', 'The cursor is not one of an earlier page.')
  async history(
    @Param() { id }: UserIdDto,
    @Query() { limit, cursor }: PageDto,
  ): Promise<UserHistoryDto> {
    const page = await this.queries.execute(new FindUserHistory(id, limit, decodeCursor(cursor)));
    return {
      items: page.items.map((event) => ({
        id: event.id,
        type: event.type,
        version: event.version,
        revision: event.revision,
        position: event.position,
        recordedAt: event.recordedAt,
        metadata: event.metadata,
        data: event.data,
      })),
      nextCursor: page.next === null ? null : encodeCursor(page.next),
    };
  }
}

function tagged(user: UserView, response: ResponseHeaders): UserView {
  response.header('ETag', entityTag(user.revision));
  return user;
}
