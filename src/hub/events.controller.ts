import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Caller } from '../common/access/caller.decorator.js';
import type { Identity } from '../common/access/identity.js';
import { NeedsRightsByContent } from '../common/access/needs.decorator.js';
import { PageDto } from '../common/http/page.dto.js';
import type { ResponseHeaders } from '../common/http/response-headers.js';
import { ApiProblem } from '../common/problem/api-problem.decorator.js';
import { EventStore } from '../event-sourcing/index.js';
import { ApiHub, ApiLogPage, NEXT_AFTER_HEADER } from './hub.openapi.js';
import { EventDetailsDto } from './reading/event-details.dto.js';
import { readEventDetails } from './reading/event-details.js';
import { EventIdDto } from './reading/event-id.dto.js';
import { LogPageDto } from './reading/log-page.dto.js';
import { readLogPage } from './reading/log-page.js';
import { NDJSON, ndjsonOf, prefersNdjson } from './reading/ndjson.js';
import { ReadLogDto } from './reading/read-log.dto.js';
import { readableCategories } from './reading/readable-categories.js';

/** The events of all streams, in one order. */
@ApiTags('log')
@ApiHub()
@NeedsRightsByContent()
@Controller('events')
export class EventsController {
  constructor(private readonly store: EventStore) {}

  /**
   * The log after a position, as it is stored, as far as it is yours to read. With `Accept: application/x-ndjson`, an event
   * a line.
   */
  @Get()
  @ApiLogPage()
  @ApiProblem(409, 'position-ahead-of-log', 'The log ends before `after`.')
  async list(
    @Query() query: ReadLogDto,
    @Res({ passthrough: true }) response: ResponseHeaders,
    @Headers('Accept') accept?: string,
    @Caller() caller?: Identity,
  ): Promise<LogPageDto | string> {
    const category = readableCategories(caller, query.category);
    const page = await readLogPage(this.store, { ...query, category });
    response.header(NEXT_AFTER_HEADER, String(page.nextAfter));
    response.header('Vary', 'Accept');
    if (!prefersNdjson(accept)) return page;
    response.header('Content-Type', NDJSON);
    return ndjsonOf(page.items);
  }

  /** One event, with what it was caused by and what it has directly led to. */
  @Get(':id')
  @ApiOkResponse({ type: EventDetailsDto, description: 'The event.' })
  @ApiProblem(400, 'invalid-cursor', 'The cursor is not one of an earlier page.')
  @ApiProblem(404, 'event-not-found', 'There is no such event.')
  find(
    @Param() { id }: EventIdDto,
    @Query() page: PageDto,
    @Caller() caller?: Identity,
  ): Promise<EventDetailsDto> {
    return readEventDetails(this.store, id, page, caller);
  }
}
