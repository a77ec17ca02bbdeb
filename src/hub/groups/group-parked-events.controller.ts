import { Controller, Get, HttpCode, Param, Post, Query, UseGuards } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Caller } from '../../common/access/caller.decorator.js';
import type { Identity } from '../../common/access/identity.js';
import { NeedsRightsToReadContent } from '../../common/access/needs.decorator.js';
import { decodeCursor, encodeCursor } from '../../common/http/cursor.js';
import { SameOriginGuard } from '../../common/http/same-origin.guard.js';
import { ApiProblem } from '../../common/problem/api-problem.decorator.js';
import { GroupParams } from './definition/group.dto.js';
import { Groups } from './groups.js';
import { ApiGroup, ApiGroupChange, ApiGroups } from './groups.openapi.js';
import { ParkedDeliveries } from './parking/parked-deliveries.js';
import {
  ListParkedDto,
  ParkedDeliveryPageDto,
  parkedDeliveryOf,
  ParkedPlaceParams,
  ParkedStreamParams,
  RetriedDto,
} from './parking/parked-delivery.dto.js';
import { assertReadable } from './readable-group.js';

/** What a consumer group has set aside. */
@ApiTags('consumer groups')
@ApiGroups()
@NeedsRightsToReadContent()
@UseGuards(SameOriginGuard)
@Controller('groups/:group')
export class GroupParkedEventsController {
  constructor(
    private readonly groups: Groups,
    private readonly parked: ParkedDeliveries,
  ) {}

  /** Events that are parked: each has failed too often, or waits behind one of its stream that has. */
  @Get('parked-events')
  @ApiOkResponse({ type: ParkedDeliveryPageDto, description: 'A page of parked events.' })
  @ApiGroup()
  @ApiProblem(400, 'invalid-cursor', 'The cursor is not one of an earlier page.')
  async list(
    @Param() { group }: GroupParams,
    @Query() { limit, cursor, stream }: ListParkedDto,
    @Caller() caller?: Identity,
  ): Promise<ParkedDeliveryPageDto> {
    await this.assertReadable(group, caller);
    const after = decodeCursor(cursor) ?? 0;
    const found = await this.parked.list(group, after, limit + 1, stream);
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    return {
      items: page.map(parkedDeliveryOf),
      nextCursor: last ? encodeCursor(last.position) : null,
    };
  }

  /** Gives up a parked event, the first of its stream, for good. Those behind it wait for a retry. */
  @Post('parked-events/:position/skip')
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'The group will never handle the event.' })
  @ApiGroup()
  @ApiGroupChange()
  @ApiProblem(404, 'parked-event-not-found', 'The group has not parked this event.')
  @ApiProblem(409, 'not-the-first-parked-event', 'Another event of its stream is parked before it.')
  async skip(
    @Param() { group, position }: ParkedPlaceParams,
    @Caller() caller?: Identity,
  ): Promise<void> {
    await this.assertReadable(group, caller);
    await this.parked.skip(group, position);
  }

  /** Has the parked events of a stream handed out again, in their order. The first that fails parks the rest again. */
  @Post('parked-streams/:stream/retry')
  @HttpCode(200)
  @ApiOkResponse({ type: RetriedDto, description: 'How many there are.' })
  @ApiGroup()
  @ApiGroupChange()
  async retry(
    @Param() { group, stream }: ParkedStreamParams,
    @Caller() caller?: Identity,
  ): Promise<RetriedDto> {
    await this.assertReadable(group, caller);
    return { retried: await this.parked.retry(group, stream) };
  }

  private async assertReadable(name: string, caller: Identity | undefined): Promise<void> {
    assertReadable(caller, await this.groups.find(name));
  }
}
