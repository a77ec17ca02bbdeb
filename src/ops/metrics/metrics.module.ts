import { Global, Module } from '@nestjs/common';
import { AppendMetrics } from './append.metrics.js';
import { HttpMetrics } from './http.metrics.js';
import { LogMetrics } from './log.metrics.js';
import { ProcessorMetrics } from './processor.metrics.js';
import { MetricsRegistry } from './metrics-registry.js';
import { MetricsController } from './metrics.controller.js';

/** Figures for Prometheus. Whatever has some to add finds the registry. */
@Global()
@Module({
  controllers: [MetricsController],
  providers: [MetricsRegistry, AppendMetrics, HttpMetrics, LogMetrics, ProcessorMetrics],
  exports: [MetricsRegistry],
})
export class MetricsModule {}
