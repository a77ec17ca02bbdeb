import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Caller } from '../common/access/caller.decorator.js';
import type { Identity } from '../common/access/identity.js';
import { NeedsRightsByContent } from '../common/access/needs.decorator.js';
import { BATCH } from '../common/cloud-events/index.js';
import { PageDto } from '../common/http/page.dto.js';
import type { ResponseHeaders } from '../common/http/response-headers.js';
import { ApiProblem } from '../common/problem/api-problem.decorator.js';
import { AppConfig } from '../config/app-config.js';
import { EventStore } from '../event-sourcing/index.js';
import { ApiEvent, ApiHub, ApiLogPage, NEXT_AFTER_HEADER } from './hub.openapi.js';
import { loggedEventOf } from './logged-event.dto.js';
import { answerAs, eventsAs, formOf } from './reading/event-answer.js';
import { EventDetailsDto } from './reading/event-details.dto.js';
import { findEvent, readEventDetails } from './reading/event-details.js';
import { EventIdDto } from './reading/event-id.dto.js';
import { LogPageDto } from './reading/log-page.dto.js';
import { readLogPage } from './reading/log-page.js';
import { NDJSON } from './reading/ndjson.js';
import { ReadLogDto } from './reading/read-log.dto.js';
import { readableCategories } from './reading/readable-categories.js';

/** The events of all streams, in one order. */
@ApiTags('log')
@ApiHub()
@NeedsRightsByContent()
@Controller('events')
export class EventsController {
  constructor(
    private readonly store: EventStore,
    private readonly config: AppConfig,
  ) {}

  /**
   * The log after a position, as it is stored, as far as it is yours to read. NDJSON and CloudEvents are given to who names
   * them in `Accept`.
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
    const { events, ...rest } = await readLogPage(this.store, { ...query, category });
    response.header(NEXT_AFTER_HEADER, String(rest.nextAfter));
    const { hubSource } = this.config;
    const lines = eventsAs([NDJSON, BATCH], events, hubSource, accept, response);
    return lines ?? { items: events.map(loggedEventOf), ...rest };
  }

  /** One event, with what it was caused by and what it has directly led to; as a line of NDJSON or a CloudEvent, it alone. */
  @Get(':id')
  @ApiEvent()
  @ApiProblem(400, 'invalid-cursor', 'The cursor is not one of an earlier page.')
  @ApiProblem(404, 'event-not-found', 'There is no such event.')
  async find(
    @Param() { id }: EventIdDto,
    @Query() page: PageDto,
    @Res({ passthrough: true }) response: ResponseHeaders,
    @Headers('Accept') accept?: string,
    @Caller() caller?: Identity,
  ): Promise<EventDetailsDto | string> {
    response.header('Vary', 'Accept');
    const form = formOf(accept);
    if (form === undefined) return readEventDetails(this.store, id, page, caller);
    const event = await findEvent(this.store, id, caller);
    return answerAs(form, event, this.config.hubSource, response);
  }
}
