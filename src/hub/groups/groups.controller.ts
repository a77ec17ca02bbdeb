import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Put,
  Query,
  Res,
  UseGuards,
} from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Caller } from '../../common/access/caller.decorator.js';
import type { Identity } from '../../common/access/identity.js';
import { NeedsRightsToReadContent } from '../../common/access/needs.decorator.js';
import { PageDto } from '../../common/http/page.dto.js';
import type { ResponseHead } from '../../common/http/response-headers.js';
import { SameOriginGuard } from '../../common/http/same-origin.guard.js';
import { ApiProblem } from '../../common/problem/api-problem.decorator.js';
import {
  CreateGroupDto,
  definitionOf,
  GroupDto,
  groupDtoOf,
  GroupPageDto,
  GroupParams,
} from './definition/group.dto.js';
import { decodeGroupCursor, encodeGroupCursor } from './definition/group-cursor.js';
import { Groups } from './groups.js';
import { ApiGroup, ApiGroupChange, ApiGroups } from './groups.openapi.js';
import { GroupStatuses } from './membership/group-status.js';
import { GroupStatusDto, groupStatusOf } from './membership/member.dto.js';
import { assertReadable, isReadable } from './readable-group.js';

/** Workers that share the events of the log among themselves. */
@ApiTags('consumer groups')
@ApiGroups()
@NeedsRightsToReadContent()
@UseGuards(SameOriginGuard)
@Controller('groups')
export class GroupsController {
  constructor(
    private readonly groups: Groups,
    private readonly statuses: GroupStatuses,
  ) {}

  /** The consumer groups whose events one may read. */
  @Get()
  @ApiOkResponse({ type: GroupPageDto, description: 'A page of groups.' })
  @ApiProblem(400, 'invalid-cursor', 'The cursor is not one of an earlier page.')
  async list(
    @Query() { limit, cursor }: PageDto,
    @Caller() caller?: Identity,
  ): Promise<GroupPageDto> {
    const found = await this.groups.list(decodeGroupCursor(cursor), limit + 1);
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    return {
      items: page.filter((group) => isReadable(caller, group)).map(groupDtoOf),
      nextCursor: last ? encodeGroupCursor(last.name) : null,
    };
  }

  /** How far a group has come, and who is in it. */
  @Get(':group')
  @ApiOkResponse({ type: GroupStatusDto, description: 'The group.' })
  @ApiGroup()
  async find(
    @Param() { group: name }: GroupParams,
    @Caller() caller?: Identity,
  ): Promise<GroupStatusDto> {
    const group = await this.groups.find(name);
    assertReadable(caller, group);
    return groupStatusOf(await this.statuses.of(group));
  }

  /** Creates a group, for good: it never changes. */
  @Put(':group')
  @ApiCreatedResponse({ type: GroupDto, description: 'The group is created.' })
  @ApiOkResponse({ type: GroupDto, description: 'The same was created before.' })
  @ApiGroupChange()
  @ApiProblem(409, 'group-differs', 'There is another group of that name.')
  @ApiProblem(409, 'too-many-groups', 'There are as many groups as there may be.')
  @ApiProblem(409, 'position-ahead-of-log', 'The log ends before the start.')
  async create(
    @Param() { group: name }: GroupParams,
    @Body() body: CreateGroupDto,
    @Res({ passthrough: true }) response: ResponseHead,
    @Caller() caller?: Identity,
  ): Promise<GroupDto> {
    const definition = definitionOf(body);
    assertReadable(caller, definition);
    const isNew = await this.groups.create(name, definition);
    response.status(isNew ? 201 : 200);
    return groupDtoOf(await this.groups.find(name));
  }

  /** Removes a group, with its checkpoint and what it has parked. */
  @Delete(':group')
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'There is no such group any more.' })
  @ApiGroup()
  @ApiGroupChange()
  async delete(@Param() { group: name }: GroupParams, @Caller() caller?: Identity): Promise<void> {
    assertReadable(caller, await this.groups.find(name));
    await this.groups.delete(name);
  }
}
