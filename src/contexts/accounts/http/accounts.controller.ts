import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
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
import { PointInTimeDto } from '../../../common/http/point-in-time.dto.js';
import { positionToReadAfter } from '../../../common/http/position-headers.js';
import { ETAG, locationIn, type ResponseHeaders } from '../../../common/http/response-headers.js';
import { Money } from '../../../common/money/money.value-object.js';
import { ApiBodyProblems } from '../../../common/problem/api-body-problems.decorator.js';
import { ApiProblem } from '../../../common/problem/api-problem.decorator.js';
import { ApiList } from '../../../common/read-model/api-read-model.decorator.js';
import { IdGenerator } from '../../../event-sourcing/index.js';
import { AccountView } from '../account-view.dto.js';
import { DepositMoney } from '../account.contract.js';
import { CloseAccount } from '../commands/close-account.command.js';
import { OpenAccount } from '../commands/open-account.command.js';
import { WithdrawMoney } from '../commands/withdraw-money.command.js';
import { FindAccount } from '../queries/find-account.query.js';
import { ListAccounts } from '../queries/list-accounts.query.js';
import { ReadStatement } from '../queries/read-statement.query.js';
import { AccountIdDto } from './account-id.dto.js';
import { AccountPageDto } from './account-page.dto.js';
import { ApiAccountResponse, ApiMovement } from './accounts.openapi.js';
import { ListAccountsDto } from './list-accounts.dto.js';
import { MovementDto } from './movement.dto.js';
import { OpenAccountDto } from './open-account.dto.js';
import { StatementDto } from './statement.dto.js';

const ACCOUNTS = '/api/v1/accounts';
/** Keep the commands that idempotency keys name here apart from those of other operations. */
const OPEN_ACCOUNT = 'c1c7b4b5-0d7e-4c0a-9b0f-3a5e2f6d8e41';
const DEPOSIT = '8f1b6a52-7c39-4e6d-a1f4-90c2d7b3e518';
const WITHDRAW = '2b94d0e7-64f8-4d15-8c3a-e7a1f05b9c26';

@ApiTags('accounts')
@ApiPosition()
@ApiProblem(400, 'validation-failed', 'A field or parameter is missing, unknown or malformed.')
@ApiProblem(503, 'store-unavailable', 'The database cannot be reached. Send the request again.')
@ApiProblem(414, 'url-too-long', 'A segment of the path is longer than this server accepts.')
@NeedsRightsTo('account')
@Controller('accounts')
export class AccountsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly ids: IdGenerator,
  ) {}

  /** Opens another account for a user; each got one when it was created. Whether there is such a user is not checked. */
  @Post()
  @ApiCreatedResponse({
    type: AccountView,
    description: 'The account.',
    headers: { ...locationIn(ACCOUNTS), ...ETAG },
  })
  @ApiIdempotencyKey()
  @ApiBodyProblems()
  async open(
    @Body() { owner, currency }: OpenAccountDto,
    @Res({ passthrough: true }) response: ResponseHeaders,
    @Headers('Idempotency-Key') key?: string,
  ): Promise<AccountView> {
    const commandId = commandIdFromIdempotencyKey(key, OPEN_ACCOUNT);
    const id = commandId ?? this.ids.next();
    const account = await this.commands.execute(new OpenAccount(id, owner, currency, commandId));
    response.header('Location', `${ACCOUNTS}/${account.id}`);
    return tagged(account, response);
  }

  /** The accounts by the time of their opening. */
  @Get()
  @ApiOkResponse({ type: AccountPageDto, description: 'A page of accounts.' })
  @ApiList()
  async list(
    @Query() { limit, cursor, owner, after }: ListAccountsDto,
    @Headers('Hub-After') header?: string,
  ): Promise<AccountPageDto> {
    const including = positionToReadAfter(after, header);
    const query = new ListAccounts(limit, decodeCursor(cursor), owner, including);
    const { items, next } = await this.queries.execute(query);
    return {
      items: items.map(({ openedPosition: _, ...account }) => account),
      nextCursor: next === null ? null : encodeCursor(next),
    };
  }

  /** One account, as it is or, by revision or time, as it was. */
  @Get(':id')
  @ApiAccountResponse('The account.')
  @ApiProblem(404, 'account-not-found', 'There is no such account, or there was none then.')
  async find(
    @Param() { id }: AccountIdDto,
    @Query() when: PointInTimeDto,
    @Res({ passthrough: true }) response: ResponseHeaders,
  ): Promise<AccountView> {
    return tagged(await this.queries.execute(new FindAccount(id, when)), response);
  }

  /** What came to the account and went from it, with the balance after each movement. */
  @Get(':id/statement')
  @ApiOkResponse({ type: StatementDto, description: 'A page of movements, from the oldest on.' })
  @ApiList()
  @ApiProblem(404, 'account-not-found', 'There is no such account.')
  async statement(
    @Param() { id }: AccountIdDto,
    @Query() { limit, cursor, after }: ListDto,
    @Headers('Hub-After') header?: string,
  ): Promise<StatementDto> {
    const including = positionToReadAfter(after, header);
    const query = new ReadStatement(id, limit, decodeCursor(cursor), including);
    const { items, next } = await this.queries.execute(query);
    return {
      items: items.map(({ accountId: _, ...line }) => line),
      nextCursor: next === null ? null : encodeCursor(next),
    };
  }

  /** Puts money into the account. Repeat it safely with the same `Idempotency-Key`. */
  @Post(':id/deposits')
  @HttpCode(200)
  @ApiMovement()
  @ApiProblem(409, 'balance-limit', 'The account would hold more than an account can.')
  async deposit(
    @Param() { id }: AccountIdDto,
    @Body() { amount, currency, description }: MovementDto,
    @Res({ passthrough: true }) response: ResponseHeaders,
    @Headers('Idempotency-Key') key?: string,
    @Headers('If-Match') ifMatch?: string,
  ): Promise<AccountView> {
    const commandId = commandIdFromIdempotencyKey(key, DEPOSIT);
    const expectedRevision = revisionFromIfMatch(ifMatch);
    const options = { description, commandId, expectedRevision };
    const command = new DepositMoney(id, new Money(amount, currency), options);
    return tagged(await this.commands.execute(command), response);
  }

  /** Takes money out of the account. Repeat it safely with the same `Idempotency-Key`. */
  @Post(':id/withdrawals')
  @HttpCode(200)
  @ApiMovement()
  @ApiProblem(409, 'insufficient-funds', 'Less than this amount is available.')
  async withdraw(
    @Param() { id }: AccountIdDto,
    @Body() { amount, currency, description }: MovementDto,
    @Res({ passthrough: true }) response: ResponseHeaders,
    @Headers('Idempotency-Key') key?: string,
    @Headers('If-Match') ifMatch?: string,
  ): Promise<AccountView> {
    const commandId = commandIdFromIdempotencyKey(key, WITHDRAW);
    const expectedRevision = revisionFromIfMatch(ifMatch);
    const options = { description, commandId, expectedRevision };
    const command = new WithdrawMoney(id, new Money(amount, currency), options);
    return tagged(await this.commands.execute(command), response);
  }

  /** Closes the account, which must be empty. The history stays. */
  @Delete(':id')
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'The account is closed.' })
  @ApiIfMatch('account')
  @ApiBodyProblems()
  @ApiProblem(404, 'account-not-found', 'There is no such account.')
  @ApiProblem(409, 'account-not-empty', 'The account holds money.')
  async close(@Param() { id }: AccountIdDto, @Headers('If-Match') ifMatch?: string): Promise<void> {
    const expectedRevision = revisionFromIfMatch(ifMatch);
    await this.commands.execute(new CloseAccount(id, { expectedRevision }));
  }
}

function tagged(account: AccountView, response: ResponseHeaders): AccountView {
  response.header('ETag', entityTag(account.revision));
  return account;
}
