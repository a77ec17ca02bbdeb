import { Controller, Get, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { NeedsOperate } from '../../common/access/needs.decorator.js';
import { SameOriginGuard } from '../../common/http/same-origin.guard.js';
import { ApiProblem } from '../../common/problem/api-problem.decorator.js';
import { Processors } from '../../event-sourcing/index.js';
import { ApiChange, ApiOperations } from '../operations.openapi.js';
import { ProcessorDto, ProcessorListDto, processorOf } from './processor.dto.js';
import { ProcessorNameDto } from './processor-params.dto.js';

/** What follows the log: how far it is, and whether it is to go on. */
@ApiTags('processors')
@ApiOperations()
@NeedsOperate()
@UseGuards(SameOriginGuard)
@Controller('processors')
export class ProcessorsController {
  constructor(private readonly processors: Processors) {}

  /** The processors of this process, and how far each is, whichever process runs it. */
  @Get()
  @ApiOkResponse({ type: ProcessorListDto, description: 'All processors.' })
  async list(): Promise<ProcessorListDto> {
    const statuses = await this.processors.statuses();
    const byName = [...statuses].sort((one, other) => (one.name < other.name ? -1 : 1));
    return { items: byName.map(processorOf) };
  }

  /** One processor. */
  @Get(':name')
  @ApiOkResponse({ type: ProcessorDto, description: 'The processor.' })
  @ApiProblem(404, 'processor-not-found', 'There is no such processor in this process.')
  show(@Param() { name }: ProcessorNameDto): Promise<ProcessorDto> {
    return this.statusOf(name);
  }

  /** Has the processor rest, in every process, until it is resumed; when this is answered, it does. */
  @Post(':name/pause')
  @HttpCode(200)
  @ApiOkResponse({ type: ProcessorDto, description: 'The processor afterwards.' })
  @ApiChange()
  @ApiProblem(404, 'processor-not-found', 'There is no such processor in this process.')
  async pause(@Param() { name }: ProcessorNameDto): Promise<ProcessorDto> {
    await this.processors.pause(name);
    return this.statusOf(name);
  }

  /** Ends a pause. */
  @Post(':name/resume')
  @HttpCode(200)
  @ApiOkResponse({ type: ProcessorDto, description: 'The processor afterwards.' })
  @ApiChange()
  @ApiProblem(404, 'processor-not-found', 'There is no such processor in this process.')
  async resume(@Param() { name }: ProcessorNameDto): Promise<ProcessorDto> {
    await this.processors.resume(name);
    return this.statusOf(name);
  }

  private async statusOf(name: string): Promise<ProcessorDto> {
    return processorOf(await this.processors.status(name));
  }
}
