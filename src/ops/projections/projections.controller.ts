import {
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Post,
  Query,
  Res,
  UseGuards,
} from '@nestjs/common';
import { ApiAcceptedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { NeedsOperate } from '../../common/access/needs.decorator.js';
import { locationIn, type ResponseHeaders } from '../../common/http/response-headers.js';
import { SameOriginGuard } from '../../common/http/same-origin.guard.js';
import { ApiProblem } from '../../common/problem/api-problem.decorator.js';
import { ProblemException } from '../../common/problem/problem.exception.js';
import { ProjectionNotFoundError, ProjectionRebuilds } from '../../event-sourcing/index.js';
import { ApiChange, ApiOperations } from '../operations.openapi.js';
import { ProjectionDto, ProjectionListDto, projectionsIn } from './projection.dto.js';
import { ProjectionNameDto, RebuildOptionsDto } from './projection-params.dto.js';

const PROJECTIONS = '/api/v1/projections';
const NOT_FOUND = 'There is no such projection in this process.';

/** Read models, and how they are built anew from the log. */
@ApiTags('projections')
@ApiOperations()
@NeedsOperate()
@UseGuards(SameOriginGuard)
@Controller('projections')
export class ProjectionsController {
  constructor(private readonly rebuilds: ProjectionRebuilds) {}

  /** The projections of this process, with their last rebuilds and verifications. */
  @Get()
  @ApiOkResponse({ type: ProjectionListDto, description: 'All projections.' })
  async list(): Promise<ProjectionListDto> {
    return { items: await projectionsIn(this.rebuilds) };
  }

  /** One projection: ask for it again to see how a rebuild or a verification goes. */
  @Get(':name')
  @ApiOkResponse({ type: ProjectionDto, description: 'The projection.' })
  @ApiProblem(404, 'projection-not-found', NOT_FOUND)
  show(@Param() { name }: ProjectionNameDto): Promise<ProjectionDto> {
    return this.named(name);
  }

  /** Has the read model built anew beside the one that serves, to take its place when it is there. */
  @Post(':name/rebuild')
  @HttpCode(202)
  @ApiAcceptedResponse({
    type: ProjectionDto,
    description: 'It is under way.',
    headers: locationIn(PROJECTIONS),
  })
  @ApiChange()
  @ApiProblem(404, 'projection-not-found', NOT_FOUND)
  @ApiProblem(409, 'projection-not-rebuildable', 'It cannot be built beside itself.')
  @ApiProblem(409, 'newer-rebuild-under-way', 'A newer version of it is being built.')
  async rebuild(
    @Param() { name }: ProjectionNameDto,
    @Query() { acceptParked }: RebuildOptionsDto,
    @Res({ passthrough: true }) response: ResponseHeaders,
  ): Promise<ProjectionDto> {
    await this.rebuilds.start(name, { acceptParked: acceptParked === 'true' });
    return this.located(name, response);
  }

  /** Gives up the rebuild that is under way. What serves stays as it is. */
  @Delete(':name/rebuild')
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'It is given up.' })
  @ApiChange()
  @ApiProblem(404, 'projection-not-found', NOT_FOUND)
  @ApiProblem(404, 'rebuild-not-found', 'No rebuild of it is under way.')
  async cancel(@Param() { name }: ProjectionNameDto): Promise<void> {
    if (await this.rebuilds.cancel(name)) return;
    throw new ProblemException({
      status: 404,
      code: 'rebuild-not-found',
      detail: `No rebuild of "${name}" is under way.`,
    });
  }

  /** Has the read model built anew, compared with the one that serves, and dropped. */
  @Post(':name/verify')
  @HttpCode(202)
  @ApiAcceptedResponse({
    type: ProjectionDto,
    description: 'It is under way; `verification.result` has what it finds.',
    headers: locationIn(PROJECTIONS),
  })
  @ApiChange()
  @ApiProblem(404, 'projection-not-found', NOT_FOUND)
  @ApiProblem(409, 'projection-not-rebuildable', 'It cannot be built beside itself.')
  @ApiProblem(409, 'newer-rebuild-under-way', 'A newer version of it is being verified.')
  async verify(
    @Param() { name }: ProjectionNameDto,
    @Res({ passthrough: true }) response: ResponseHeaders,
  ): Promise<ProjectionDto> {
    await this.rebuilds.startVerification(name);
    return this.located(name, response);
  }

  private async located(name: string, response: ResponseHeaders): Promise<ProjectionDto> {
    response.header('Location', `${PROJECTIONS}/${encodeURIComponent(name)}`);
    return this.named(name);
  }

  private async named(name: string): Promise<ProjectionDto> {
    const projections = await projectionsIn(this.rebuilds);
    const projection = projections.find((each) => each.name === name);
    if (!projection) throw new ProjectionNotFoundError(name, this.rebuilds.names());
    return projection;
  }
}
