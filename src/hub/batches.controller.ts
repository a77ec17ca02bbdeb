import { Body, Controller, Post, UseGuards } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiTags } from '@nestjs/swagger';
import { Caller } from '../common/access/caller.decorator.js';
import type { Identity } from '../common/access/identity.js';
import { NeedsRightsByContent } from '../common/access/needs.decorator.js';
import { SameOriginGuard } from '../common/http/same-origin.guard.js';
import { ApiProblem } from '../common/problem/api-problem.decorator.js';
import { EventIntake } from '../event-sourcing/index.js';
import { appendsIn } from './appending/append-body.js';
import { BatchDto } from './appending/append.dto.js';
import { AppendResultDto, appendResultOf } from './appending/append-result.dto.js';
import { authorizeAppend } from './appending/authorize-append.js';
import { tellingConflicts } from './appending/conflict.js';
import { ApiAppends, ApiHub } from './hub.openapi.js';

/** Appends to several streams at once. */
@ApiTags('log')
@ApiHub()
@NeedsRightsByContent()
@UseGuards(SameOriginGuard)
@Controller('batches')
export class BatchesController {
  constructor(private readonly intake: EventIntake) {}

  /** Appends events to several streams, all or none, each where it is expected. Repeat it safely with the same ids. */
  @Post()
  @ApiBody({ type: BatchDto })
  @ApiCreatedResponse({ type: AppendResultDto, description: 'The events are stored durably.' })
  @ApiAppends()
  @ApiProblem(409, 'concurrency-conflict', 'A stream is not at the revision that is expected.')
  @ApiProblem(413, 'too-many-streams', 'The batch has more streams than one may have.')
  async append(@Body() body: unknown, @Caller() caller?: Identity): Promise<AppendResultDto> {
    const appends = appendsIn(body);
    const trust = authorizeAppend(caller, appends);
    return appendResultOf(await tellingConflicts(409, this.intake.append(appends, trust)));
  }
}
