import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
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

/** The events of all streams, in one order. */
@ApiTags('log')
@ApiHub()
@Controller('events')
export class EventsController {
  constructor(private readonly store: EventStore) {}

  /** The log after a position, as it is stored. With `Accept: application/x-ndjson`, an event a line. */
  @Get()
  @ApiLogPage()
  @ApiProblem(409, 'position-ahead-of-log', 'The log ends before `after`.')
  async list(
    @Query() query: ReadLogDto,
    @Res({ passthrough: true }) response: ResponseHeaders,
    @Headers('Accept') accept?: string,
  ): Promise<LogPageDto | string> {
    const page = await readLogPage(this.store, query);
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
  find(@Param() { id }: EventIdDto, @Query() page: PageDto): Promise<EventDetailsDto> {
    return readEventDetails(this.store, id, page);
  }
}
