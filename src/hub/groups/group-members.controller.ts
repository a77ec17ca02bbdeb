import { Body, Controller, Delete, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Caller } from '../../common/access/caller.decorator.js';
import type { Identity } from '../../common/access/identity.js';
import { NeedsRightsToReadContent } from '../../common/access/needs.decorator.js';
import { HangUp } from '../../common/http/hang-up.decorator.js';
import { SameOriginGuard } from '../../common/http/same-origin.guard.js';
import { ApiProblem } from '../../common/problem/api-problem.decorator.js';
import type { Group } from './definition/group.js';
import { GroupParams } from './definition/group.dto.js';
import { Deliveries } from './delivering/deliveries.js';
import { AskForEventsDto, DeliveriesDto, deliveryDtoOf } from './delivering/delivery.dto.js';
import { Groups } from './groups.js';
import { ApiGroup, ApiGroupChange, ApiGroups, ApiMember } from './groups.openapi.js';
import { MemberParams, MembershipDto } from './membership/member.dto.js';
import { Members } from './membership/members.js';
import { assertReadable } from './readable-group.js';
import {
  AcknowledgeDto,
  AcknowledgedDto,
  RefusalsDto,
  refusalsOf,
  RefuseDto,
} from './settling/settling.dto.js';
import { Settlements } from './settling/settlements.js';

const NO_REASON = 'The member has given no reason.';

/** The members of a consumer group, and what they do. Whatever a member asks for or says renews its lease. */
@ApiTags('consumer groups')
@ApiGroups()
@NeedsRightsToReadContent()
@UseGuards(SameOriginGuard)
@Controller('groups/:group/members')
export class GroupMembersController {
  constructor(
    private readonly groups: Groups,
    private readonly members: Members,
    private readonly deliveries: Deliveries,
    private readonly settlements: Settlements,
  ) {}

  /** Joins a group: the member gets a share of its partitions. */
  @Post()
  @ApiCreatedResponse({ type: MembershipDto, description: 'The new member.' })
  @ApiGroup()
  @ApiGroupChange()
  @ApiProblem(409, 'too-many-members', 'The group has as many members as partitions.')
  async join(@Param() { group }: GroupParams, @Caller() caller?: Identity): Promise<MembershipDto> {
    await this.readable(group, caller);
    return this.members.join(group, caller?.actor);
  }

  /** Leaves a group: what the member has goes to the others at once. */
  @Delete(':member')
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'It is no member any more.' })
  @ApiGroup()
  @ApiGroupChange()
  async leave(
    @Param() { group, member }: MemberParams,
    @Caller() caller?: Identity,
  ): Promise<void> {
    await this.readable(group, caller);
    await this.members.leave(group, member, caller?.actor);
  }

  /** Renews the lease of a member, which is still at work. */
  @Post(':member/heartbeat')
  @HttpCode(200)
  @ApiOkResponse({ type: MembershipDto, description: 'The member.' })
  @ApiMember()
  async renew(
    @Param() { group, member }: MemberParams,
    @Caller() caller?: Identity,
  ): Promise<MembershipDto> {
    await this.readable(group, caller);
    return this.members.renew(group, member, caller?.actor);
  }

  /**
   * The next events for a member, which has them until it settles them. Of a stream nothing more is handed out until then.
   */
  @Post(':member/deliveries')
  @HttpCode(200)
  @ApiOkResponse({ type: DeliveriesDto, description: 'Events, or none after a while.' })
  @ApiMember()
  @ApiProblem(409, 'too-many-in-flight', 'The member has as many events as it may have.')
  async next(
    @Param() { group: name, member }: MemberParams,
    @Body() { limit = 100, waitMs = 0 }: AskForEventsDto,
    @HangUp() signal: AbortSignal,
    @Caller() caller?: Identity,
  ): Promise<DeliveriesDto> {
    const group = await this.readable(name, caller);
    const mayGoOn = (): Promise<boolean> => caller?.isStillGood() ?? Promise.resolve(true);
    const request = { limit, waitMs, signal, mayGoOn };
    const found = await this.deliveries.next(group, member, caller?.actor, request);
    return { items: found.map(deliveryDtoOf) };
  }

  /** Acknowledges events: they are handled, and never come again. Saying so again changes nothing. */
  @Post(':member/acks')
  @HttpCode(200)
  @ApiOkResponse({ type: AcknowledgedDto, description: 'They are acknowledged.' })
  @ApiMember()
  @ApiProblem(409, 'not-handed-out', 'The member does not have all of them. Nothing has changed.')
  @ApiProblem(409, 'out-of-order', 'An earlier event of a stream is left out.')
  async acknowledge(
    @Param() { group: name, member }: MemberParams,
    @Body() { positions }: AcknowledgeDto,
    @Caller() caller?: Identity,
  ): Promise<AcknowledgedDto> {
    const group = await this.readable(name, caller);
    const count = await this.settlements.acknowledge(group, member, caller?.actor, positions);
    return { acknowledged: count };
  }

  /**
   * Says that events could not be handled. They come again after a pause, until they are parked; what the member has of
   * their streams behind them comes again, too, and is to be left alone until then.
   */
  @Post(':member/nacks')
  @HttpCode(200)
  @ApiOkResponse({ type: RefusalsDto, description: 'What becomes of them.' })
  @ApiMember()
  @ApiProblem(409, 'not-handed-out', 'The member does not have all of them. Nothing has changed.')
  async refuse(
    @Param() { group: name, member }: MemberParams,
    @Body() { reason = NO_REASON, ...refusal }: RefuseDto,
    @Caller() caller?: Identity,
  ): Promise<RefusalsDto> {
    const group = await this.readable(name, caller);
    const full = { ...refusal, reason: reason.replaceAll('\0', '') };
    return refusalsOf(await this.settlements.refuse(group, member, caller?.actor, full));
  }

  private async readable(name: string, caller: Identity | undefined): Promise<Group> {
    const group = await this.groups.find(name);
    assertReadable(caller, group);
    return group;
  }
}
