import {
  Controller,
  Get,
  Header,
  ServiceUnavailableException,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type HealthCheckResult, HealthCheckService } from '@nestjs/terminus';
import { NeedsNothing } from '../../common/access/needs.decorator.js';
import { ApiProblem } from '../../common/problem/api-problem.decorator.js';
import { ProblemException } from '../../common/problem/problem.exception.js';
import { LivenessDto, ReadinessDto } from './health.dto.js';
import { Readiness } from './readiness.js';

@ApiTags('health')
@NeedsNothing()
@Controller({ path: 'health', version: VERSION_NEUTRAL })
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly readiness: Readiness,
  ) {}

  @Get('live')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Whether the process runs. If not, restart it.' })
  @ApiOkResponse({ type: LivenessDto })
  live(): LivenessDto {
    return { status: 'ok' };
  }

  @Get('ready')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Whether the server can do its work. If not, send requests elsewhere.' })
  @ApiOkResponse({ type: ReadinessDto })
  @ApiProblem(503, 'not-ready', 'A check failed; the member `checks` says which, and why.')
  async ready(): Promise<ReadinessDto> {
    const { details } = await this.health.check([...this.readiness.attempts()]).catch(refuse);
    return { status: 'ok', checks: details };
  }
}

function refuse(error: unknown): never {
  if (!(error instanceof ServiceUnavailableException)) throw error;
  const { details: checks } = error.getResponse() as HealthCheckResult;
  const failed = Object.entries(checks).filter(([, { status }]) => status === 'down');
  throw new ProblemException({
    status: 503,
    code: 'not-ready',
    detail: `Not ready: ${failed.map(([name]) => name).join(', ')}.`,
    extensions: { checks },
  });
}
