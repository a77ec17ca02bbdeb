import { Body, Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Caller } from '../common/access/caller.decorator.js';
import type { Identity } from '../common/access/identity.js';
import { NeedsRightsByContent } from '../common/access/needs.decorator.js';
import { SameOriginGuard } from '../common/http/same-origin.guard.js';
import { TakesAnyJson } from '../common/http/takes-any-json.decorator.js';
import { ApiBodyProblems } from '../common/problem/api-body-problems.decorator.js';
import { ApiProblem } from '../common/problem/api-problem.decorator.js';
import { EventIntake, type StreamAppend } from '../event-sourcing/index.js';
import { batchesIn } from './appending/append-body.js';
import { BatchesDto } from './appending/append.dto.js';
import { BatchOutcomesDto } from './appending/append-result.dto.js';
import { authorizeAppend } from './appending/authorize-append.js';
import { outcomeOf } from './appending/batch-outcome.js';
import { ApiHubProblems } from './hub.openapi.js';

const URL = '/api/v1/appends';

/** Appends of many at once, for services with much to say. */
@ApiTags('log')
@ApiHubProblems()
@NeedsRightsByContent()
@UseGuards(SameOriginGuard)
@Controller('appends')
export class AppendsController {
  constructor(private readonly intake: EventIntake) {}

  /**
   * Appends several batches, each by itself and all or none, in one request: what is wrong with one is told in its place, and
   * the others are stored. They may be stored in any order. Repeat it safely with the same ids.
   */
  @Post()
  @HttpCode(200)
  @TakesAnyJson()
  @ApiBody({ type: BatchesDto })
  @ApiOkResponse({ type: BatchOutcomesDto, description: 'What became of each batch.' })
  @ApiBodyProblems()
  @ApiProblem(403, 'foreign-origin', 'The request comes from a page of another site.')
  @ApiProblem(413, 'too-many-batches', 'The request has more batches than one may have.')
  @ApiProblem(413, 'too-many-events', 'The request has more events than one may have.')
  @ApiProblem(413, 'too-many-streams', 'A batch has more streams than one may have.')
  async append(@Body() body: unknown, @Caller() caller?: Identity): Promise<BatchOutcomesDto> {
    const batches = batchesIn(body);
    const appending = batches.map((appends) => outcomeOf(URL, this.appendOne(appends, caller)));
    return { outcomes: await Promise.all(appending) };
  }

  private async appendOne(appends: readonly StreamAppend[], caller: Identity | undefined) {
    return this.intake.append(appends, authorizeAppend(caller, appends));
  }
}
