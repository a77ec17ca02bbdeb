import { Controller, Get, Header, NotFoundException, Res, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { NeedsOperate } from '../../common/access/needs.decorator.js';
import { AppConfig } from '../../config/app-config.js';
import { MetricsRegistry } from './metrics-registry.js';

interface TypedResponse {
  header(name: string, value: string): unknown;
}

/** The metrics in the text format of Prometheus. */
@ApiExcludeController()
@NeedsOperate()
@Controller({ path: 'metrics', version: VERSION_NEUTRAL })
export class MetricsController {
  constructor(
    private readonly registry: MetricsRegistry,
    private readonly config: AppConfig,
  ) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  async metrics(@Res({ passthrough: true }) response: TypedResponse): Promise<string> {
    if (!this.config.servesMetrics) throw new NotFoundException('Cannot GET /metrics');
    response.header('Content-Type', this.registry.contentType);
    return this.registry.metrics();
  }
}
