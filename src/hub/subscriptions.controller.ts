import { Controller, Get, Headers, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Caller } from '../common/access/caller.decorator.js';
import type { Identity } from '../common/access/identity.js';
import { NeedsRightsByContent } from '../common/access/needs.decorator.js';
import type { ResponseHeaders } from '../common/http/response-headers.js';
import { ApiProblem } from '../common/problem/api-problem.decorator.js';
import { ApiHub } from './hub.openapi.js';
import { readableCategories } from './reading/readable-categories.js';
import { SubscribeDto } from './subscribing/subscribe.dto.js';
import { Subscriptions } from './subscribing/subscriptions.js';

const EVENT_STREAM = 'text/event-stream';

/** The log as it grows. */
@ApiTags('log')
@ApiHub()
@NeedsRightsByContent()
@Controller('events/subscribe')
export class SubscriptionsController {
  constructor(private readonly subscriptions: Subscriptions) {}

  /**
   * The log after a position and then, without a gap, whatever is appended, as Server-Sent Events. The id of each is its
   * position: a client that connects again with it as `Last-Event-ID` misses nothing and gets nothing twice.
   */
  @Get()
  @ApiOkResponse({
    description: 'Events as they are stored, one a message; and signs of life, of an id alone.',
    content: { [EVENT_STREAM]: { schema: { type: 'string' } } },
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'The position to go on after; browsers send it by themselves.',
    schema: { type: 'string', example: '42' },
  })
  @ApiProblem(409, 'position-ahead-of-log', 'The log ends before the position.')
  @ApiProblem(503, 'too-many-subscriptions', 'This server takes no more. Try again later.')
  async subscribe(
    @Query() query: SubscribeDto,
    @Res({ passthrough: true }) response: ResponseHeaders,
    @Headers('Last-Event-ID') lastEventId?: string,
    @Caller() caller?: Identity,
  ): Promise<StreamableFile> {
    const category = readableCategories(caller, query.category);
    const stream = await this.subscriptions.open({ ...query, category }, lastEventId, caller);
    response.header('Cache-Control', 'no-store');
    // Proxies that gather what they pass on would keep events back.
    response.header('X-Accel-Buffering', 'no');
    return new StreamableFile(stream, { type: EVENT_STREAM });
  }
}
