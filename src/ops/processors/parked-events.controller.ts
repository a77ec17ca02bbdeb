import { Controller, Get, HttpCode, Param, Post, Query, UseGuards } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { NeedsOperate } from '../../common/access/needs.decorator.js';
import { SameOriginGuard } from '../../common/http/same-origin.guard.js';
import { ApiProblem } from '../../common/problem/api-problem.decorator.js';
import { ParkedEvents } from '../../event-sourcing/index.js';
import { ListParkedEventsDto } from './list-parked-events.dto.js';
import { ApiChange, ApiOperations } from '../operations.openapi.js';
import { decodeParkedCursor, encodeParkedCursor } from './parked-cursor.js';
import {
  ParkedEventDetailsDto,
  parkedEventDetailsOf,
  parkedEventOf,
  ParkedEventPageDto,
} from './parked-event.dto.js';
import { ParkedRetryDto } from './parked-retry.dto.js';
import { ParkedPlaceDto, ParkedStreamDto } from './processor-params.dto.js';

/** What processors have set aside. */
@ApiTags('parked events')
@ApiOperations()
@NeedsOperate()
@UseGuards(SameOriginGuard)
@Controller()
export class ParkedEventsController {
  constructor(private readonly parked: ParkedEvents) {}

  /** Events that are parked: each has failed by itself, or waits behind one of its stream that has. */
  @Get('parked-events')
  @ApiOkResponse({ type: ParkedEventPageDto, description: 'A page of parked events.' })
  @ApiProblem(400, 'invalid-cursor', 'The cursor is not one of an earlier page.')
  async list(@Query() query: ListParkedEventsDto): Promise<ParkedEventPageDto> {
    const { processor, stream, limit, cursor } = query;
    const place = decodeParkedCursor(cursor);
    const found = await this.parked.list({ processor, stream, ...place, limit: limit + 1 });
    const items = found.slice(0, limit);
    const last = found.length > limit ? items.at(-1) : undefined;
    return { items: items.map(parkedEventOf), nextCursor: last ? encodeParkedCursor(last) : null };
  }

  /** One of them, with what it says and why it failed. */
  @Get('processors/:name/parked-events/:position')
  @ApiOkResponse({ type: ParkedEventDetailsDto, description: 'The parked event.' })
  @ApiProblem(404, 'processor-not-found', 'There is no such processor in this process.')
  @ApiProblem(404, 'parked-event-not-found', 'The processor has not parked this event.')
  async show(@Param() { name, position }: ParkedPlaceDto): Promise<ParkedEventDetailsDto> {
    return parkedEventDetailsOf(await this.parked.show(name, position));
  }

  /** Gives up the event, which must be the first of its stream, for good. Those behind it wait for a retry. */
  @Post('processors/:name/parked-events/:position/skip')
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'The processor will never handle the event.' })
  @ApiChange()
  @ApiProblem(404, 'processor-not-found', 'There is no such processor in this process.')
  @ApiProblem(404, 'parked-event-not-found', 'The processor has not parked this event.')
  @ApiProblem(409, 'not-the-first-parked-event', 'Another event of its stream is parked before it.')
  async skip(@Param() { name, position }: ParkedPlaceDto): Promise<void> {
    const { stream } = await this.parked.show(name, position);
    await this.parked.skip(name, stream, position);
  }

  /** Handles the parked events of a stream in their order, until none is left or one fails. */
  @Post('processors/:name/parked-streams/:stream/retry')
  @HttpCode(200)
  @ApiOkResponse({ type: ParkedRetryDto, description: 'What became of them.' })
  @ApiChange()
  @ApiProblem(404, 'processor-not-found', 'There is no such processor in this process.')
  async retry(@Param() { name, stream }: ParkedStreamDto): Promise<ParkedRetryDto> {
    const { handled, left, error = null } = await this.parked.retry(name, stream);
    return { handled, left, error };
  }
}
