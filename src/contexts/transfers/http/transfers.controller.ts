import { Body, Controller, Get, Headers, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { NeedsRightsTo } from '../../../common/access/needs.decorator.js';
import { ApiPosition } from '../../../common/http/api-position.decorator.js';
import { ApiIdempotencyKey } from '../../../common/http/api-idempotency-key.decorator.js';
import { decodeCursor, encodeCursor } from '../../../common/http/cursor.js';
import { commandIdFromIdempotencyKey } from '../../../common/http/idempotency-key.js';
import { positionToReadAfter } from '../../../common/http/position-headers.js';
import { ReadAfterDto } from '../../../common/http/read-after.dto.js';
import { locationIn, type ResponseHeaders } from '../../../common/http/response-headers.js';
import { Money } from '../../../common/money/money.value-object.js';
import { ApiBodyProblems } from '../../../common/problem/api-body-problems.decorator.js';
import { ApiProblem } from '../../../common/problem/api-problem.decorator.js';
import { ApiList, ApiReadModel } from '../../../common/read-model/api-read-model.decorator.js';
import { IdGenerator } from '../../../event-sourcing/index.js';
import { RequestTransfer } from '../commands/request-transfer.command.js';
import { FindTransfer } from '../queries/find-transfer.query.js';
import { ListTransfers } from '../queries/list-transfers.query.js';
import type { TransferListItem } from '../read-model/transfer-list-item.entity.js';
import { TransferView } from '../transfer-view.dto.js';
import { ListTransfersDto } from './list-transfers.dto.js';
import { RequestTransferDto } from './request-transfer.dto.js';
import { TransferIdDto } from './transfer-id.dto.js';
import { TransferPageDto } from './transfer-page.dto.js';
import { TransferWithStepsDto } from './transfer-with-steps.dto.js';

const TRANSFERS = '/api/v1/transfers';
/** Keeps the commands that idempotency keys name here apart from those of other operations. */
const REQUEST_TRANSFER = 'e04d5c1b-93a7-4f28-b6d2-7c18f0a95e43';

@ApiTags('transfers')
@ApiPosition()
@ApiProblem(400, 'validation-failed', 'A field or parameter is missing, unknown or malformed.')
@ApiProblem(503, 'store-unavailable', 'The database cannot be reached. Send the request again.')
@ApiProblem(414, 'url-too-long', 'A segment of the path is longer than this server accepts.')
@NeedsRightsTo('transfer')
@Controller('transfers')
export class TransfersController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly ids: IdGenerator,
  ) {}

  /**
   * Requests a transfer, which is pending then: read it again to see what comes of it. Whether there are such accounts
   * is seen when money is to move. Repeat it safely with the same `Idempotency-Key`.
   */
  @Post()
  @ApiCreatedResponse({
    type: TransferView,
    description: 'The transfer as it was requested.',
    headers: locationIn(TRANSFERS),
  })
  @ApiIdempotencyKey()
  @ApiBodyProblems()
  @ApiProblem(422, 'same-account', 'The account that pays is the one that is paid.')
  async request(
    @Body() { from, to, amount, currency, description }: RequestTransferDto,
    @Res({ passthrough: true }) response: ResponseHeaders,
    @Headers('Idempotency-Key') key?: string,
  ): Promise<TransferView> {
    const commandId = commandIdFromIdempotencyKey(key, REQUEST_TRANSFER);
    const money = new Money(amount, currency);
    const options = { description, commandId };
    const command = new RequestTransfer(commandId ?? this.ids.next(), from, to, money, options);
    const transfer = await this.commands.execute(command);
    response.header('Location', `${TRANSFERS}/${transfer.id}`);
    return transfer;
  }

  /** The transfers by the time of their request. */
  @Get()
  @ApiOkResponse({ type: TransferPageDto, description: 'A page of transfers.' })
  @ApiList()
  async list(
    @Query() { limit, cursor, account, after }: ListTransfersDto,
    @Headers('Hub-After') header?: string,
  ): Promise<TransferPageDto> {
    const including = positionToReadAfter(after, header);
    const query = new ListTransfers(limit, decodeCursor(cursor), account, including);
    const { items, next } = await this.queries.execute(query);
    return {
      items: items.map(viewOf),
      nextCursor: next === null ? null : encodeCursor(next),
    };
  }

  /** One transfer, with every step that it has taken. */
  @Get(':id')
  @ApiOkResponse({ type: TransferWithStepsDto, description: 'The transfer.' })
  @ApiReadModel()
  @ApiProblem(404, 'transfer-not-found', 'There is no such transfer.')
  async find(
    @Param() { id }: TransferIdDto,
    @Query() { after }: ReadAfterDto,
    @Headers('Hub-After') header?: string,
  ): Promise<TransferWithStepsDto> {
    const query = new FindTransfer(id, positionToReadAfter(after, header));
    const { transfer, steps } = await this.queries.execute(query);
    return {
      ...viewOf(transfer),
      steps: steps.map(({ position, time, kind, accountId, reasonCode, reason }) => ({
        position,
        time,
        kind,
        accountId,
        reasonCode,
        reason,
      })),
    };
  }
}

function viewOf({ requestedPosition: _, ...transfer }: TransferListItem): TransferView {
  return transfer;
}
