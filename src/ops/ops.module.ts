import { Module } from '@nestjs/common';
import { HealthModule } from './health/health.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { TracingModule } from './tracing/tracing.module.js';

/** How those who run the application see how it is. */
@Module({ imports: [HealthModule, MetricsModule, TracingModule] })
export class OpsModule {}
