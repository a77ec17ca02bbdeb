import { Body, Controller, Get, Headers, Param, Post, Query, Res, UseGuards } from '@nestjs/common';
import {
  ApiBody,
  ApiCreatedResponse,
  ApiHeader,
  ApiNotModifiedResponse,
  ApiTags,
} from '@nestjs/swagger';
import { Caller } from '../common/access/caller.decorator.js';
import type { Identity } from '../common/access/identity.js';
import { NeedsRightsToStream } from '../common/access/needs.decorator.js';
import { BATCH, type MessageHeaders } from '../common/cloud-events/index.js';
import { entityTag, isInIfNoneMatch } from '../common/http/entity-tag.js';
import { ETAG, type ResponseHead, type ResponseHeaders } from '../common/http/response-headers.js';
import { SameOriginGuard } from '../common/http/same-origin.guard.js';
import { ApiProblem } from '../common/problem/api-problem.decorator.js';
import { ProblemException } from '../common/problem/problem.exception.js';
import { AppConfig } from '../config/app-config.js';
import { EventIntake, EventStore } from '../event-sourcing/index.js';
import { eventsIn } from './appending/append-body.js';
import { AppendDto } from './appending/append.dto.js';
import { AppendResultDto, appendResultOf } from './appending/append-result.dto.js';
import { authorizeAppend } from './appending/authorize-append.js';
import { eventsInCloudEvents, hasCloudEvents } from './appending/cloud-event-append.js';
import { expectedRevisionFrom } from './appending/condition.js';
import { tellingConflicts } from './appending/conflict.js';
import {
  ApiAppends,
  ApiHub,
  ApiStreamCondition,
  ApiStreamPage,
  NEXT_CURSOR_HEADER,
  TakesCloudEvents,
} from './hub.openapi.js';
import { loggedEventOf } from './logged-event.dto.js';
import { eventsAs } from './reading/event-answer.js';
import { ReadStreamDto } from './reading/read-stream.dto.js';
import { StreamPageDto } from './reading/stream-page.dto.js';
import { readStreamPage } from './reading/stream-page.js';
import { StreamNameDto } from './stream-name.dto.js';

/** The streams of the log, for programs in any language. */
@ApiTags('log')
@ApiHub()
@NeedsRightsToStream('stream')
@UseGuards(SameOriginGuard)
@Controller('streams/:stream/events')
export class StreamsController {
  constructor(
    private readonly intake: EventIntake,
    private readonly store: EventStore,
    private readonly config: AppConfig,
  ) {}

  /**
   * Appends events to the end of a stream, all or none. Repeat it safely with the same ids. CloudEvents are taken in
   * structured mode, in batches, and in binary mode, where `ce-specversion` is there.
   */
  @Post()
  @ApiBody({ type: AppendDto })
  @TakesCloudEvents()
  @ApiCreatedResponse({
    type: AppendResultDto,
    description: 'The events are stored durably.',
    headers: ETAG,
  })
  @ApiStreamCondition()
  @ApiAppends()
  async append(
    @Param() { stream }: StreamNameDto,
    @Body() body: unknown,
    @Res({ passthrough: true }) response: ResponseHeaders,
    @Headers() headers: MessageHeaders,
    @Headers('If-Match') ifMatch?: string,
    @Headers('If-None-Match') ifNoneMatch?: string,
    @Caller() caller?: Identity,
  ): Promise<AppendResultDto> {
    const expectedRevision = expectedRevisionFrom(ifMatch, ifNoneMatch);
    const events = hasCloudEvents(headers)
      ? eventsInCloudEvents(stream, headers, body)
      : eventsIn(body);
    const appends = [{ stream, expectedRevision, events }];
    const trust = authorizeAppend(caller, appends);
    const result = await tellingConflicts(412, this.intake.append(appends, trust));
    response.header('ETag', entityTag(result.events.at(-1)?.revision ?? 0));
    return appendResultOf(result);
  }

  /** The events of a stream, as they are stored. */
  @Get()
  @ApiStreamPage()
  @ApiHeader({
    name: 'If-None-Match',
    required: false,
    description: 'The ETag of an earlier answer: where the stream has not moved on since, 304.',
    schema: { type: 'string', example: '"1"' },
  })
  @ApiNotModifiedResponse({ description: 'The stream has not moved on.', headers: ETAG })
  @ApiProblem(400, 'invalid-cursor', 'The cursor is not one of an earlier page.')
  @ApiProblem(404, 'stream-not-found', 'There is no such stream.')
  async read(
    @Param() { stream }: StreamNameDto,
    @Query() query: ReadStreamDto,
    @Res({ passthrough: true }) response: ResponseHead,
    @Headers('If-None-Match') ifNoneMatch?: string,
    @Headers('Accept') accept?: string,
  ): Promise<StreamPageDto | string | undefined> {
    const revision = await this.store.streamRevision(stream);
    if (revision === 0) throw streamNotFound(stream);
    response.header('ETag', entityTag(revision));
    if (isInIfNoneMatch(ifNoneMatch, revision)) {
      response.status(304);
      return undefined;
    }
    const { events, nextCursor } = await readStreamPage(this.store, stream, revision, query);
    const batch = eventsAs([BATCH], events, this.config.hubSource, accept, response);
    if (batch === undefined) return { items: events.map(loggedEventOf), nextCursor };
    if (nextCursor !== null) response.header(NEXT_CURSOR_HEADER, nextCursor);
    return batch;
  }
}

function streamNotFound(stream: string): ProblemException {
  return new ProblemException({
    status: 404,
    code: 'stream-not-found',
    detail: `There is no stream "${stream}". It comes into being with its first event.`,
  });
}
