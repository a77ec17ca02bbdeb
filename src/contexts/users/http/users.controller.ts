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
import {
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiTags,
} from '@nestjs/swagger';
import { decodeCursor, encodeCursor } from '../../../common/http/cursor.js';
import { entityTag, revisionFromIfMatch } from '../../../common/http/entity-tag.js';
import { idFromIdempotencyKey } from '../../../common/http/idempotency-key.js';
import { ApiProblem } from '../../../common/problem/api-problem.decorator.js';
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
import { FindUserDto } from './find-user.dto.js';
import { PageDto } from './page.dto.js';
import { UserHistoryDto } from './user-history.dto.js';
import { UserIdDto } from './user-id.dto.js';
import { UserPageDto } from './user-page.dto.js';
import {
  ApiBodyProblems,
  ApiUserResponse,
  ETAG,
  IDEMPOTENCY_KEY,
  IF_MATCH,
  LOCATION,
} from './users.openapi.js';

/** Keeps the ids that idempotency keys name here apart from those of other operations. */
const CREATE_USER = '5b1f0c1e-8a43-4a0c-9f5e-6d1f7c2b9e10';

/** What both Express and Fastify can do with a response. */
interface ResponseHeaders {
  header(name: string, value: string): unknown;
}

@ApiTags('users')
@ApiProblem(400, 'validation-failed', 'A field or parameter is missing, unknown or malformed.')
@ApiProblem(503, 'store-unavailable', 'The database cannot be reached. Send the request again.')
@ApiProblem(414, 'url-too-long', 'A segment of the path is longer than this server accepts.')
@Controller('users')
export class UsersController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly ids: IdGenerator,
  ) {}

  /** Creates a user. Repeat it safely with the same `Idempotency-Key`. */
  @Post()
  @ApiHeader(IDEMPOTENCY_KEY)
  @ApiCreatedResponse({
    type: UserView,
    description: 'The user.',
    headers: { ...LOCATION, ...ETAG },
  })
  @ApiBodyProblems()
  @ApiProblem(400, 'invalid-idempotency-key', 'The key is not 1 to 255 printable ASCII characters.')
  @ApiProblem(409, 'username-taken', 'Another user has this user name.')
  @ApiProblem(409, 'email-taken', 'Another user has this e-mail address.')
  @ApiProblem(422, 'idempotency-key-reused', 'The key came with other data before.')
  async create(
    @Body() { username, email }: CreateUserDto,
    @Res({ passthrough: true }) response: ResponseHeaders,
    @Headers('Idempotency-Key') key?: string,
  ): Promise<UserView> {
    const id = key === undefined ? this.ids.next() : idFromIdempotencyKey(key, CREATE_USER);
    const mayBeRepeated = key !== undefined;
    const user = await this.commands.execute(
      new CreateUser(id, username, email, { mayBeRepeated }),
    );
    response.header('Location', `/api/v1/users/${user.id}`);
    return tagged(user, response);
  }

  /** The users by the time of their creation. */
  @Get()
  @ApiOkResponse({ type: UserPageDto, description: 'A page of users.' })
  @ApiProblem(400, 'invalid-cursor', 'The cursor is not one of an earlier page.')
  @ApiProblem(503, 'read-model-behind', 'The list is behind the log. Send the request again.')
  @ApiProblem(503, 'read-model-unavailable', 'The list cannot be read. Send the request again.')
  async list(@Query() { limit, cursor }: PageDto): Promise<UserPageDto> {
    const page = await this.queries.execute(new ListUsers(limit, decodeCursor(cursor)));
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
    @Query() when: FindUserDto,
    @Res({ passthrough: true }) response: ResponseHeaders,
  ): Promise<UserView> {
    return tagged(await this.queries.execute(new FindUser(id, when)), response);
  }

  /** Changes the e-mail address. */
  @Patch(':id')
  @ApiHeader(IF_MATCH)
  @ApiUserResponse()
  @ApiBodyProblems()
  @ApiProblem(400, 'invalid-if-match', 'If-Match is neither an ETag of a user nor *.')
  @ApiProblem(404, 'user-not-found', 'There is no such user.')
  @ApiProblem(409, 'email-taken', 'Another user has this e-mail address.')
  @ApiProblem(409, 'user-deactivated', 'The user can no longer be changed.')
  @ApiProblem(409, 'concurrency-conflict', 'Others kept changing the user. Send the request again.')
  @ApiProblem(412, 'concurrency-conflict', 'The user is not at the revision of If-Match.')
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
  @ApiHeader(IF_MATCH)
  @ApiNoContentResponse({ description: 'The user is deactivated.' })
  @ApiBodyProblems()
  @ApiProblem(400, 'invalid-if-match', 'If-Match is neither an ETag of a user nor *.')
  @ApiProblem(404, 'user-not-found', 'There is no such user.')
  @ApiProblem(409, 'concurrency-conflict', 'Others kept changing the user. Send the request again.')
  @ApiProblem(412, 'concurrency-conflict', 'The user is not at the revision of If-Match.')
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
