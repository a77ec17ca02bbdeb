import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { EventStoreReadinessCheck } from './event-store.readiness-check.js';
import { HandlersReadinessCheck } from './handlers.readiness-check.js';
import { HealthController } from './health.controller.js';
import { AppendMetrics } from './metrics/append.metrics.js';
import { HttpMetrics } from './metrics/http.metrics.js';
import { LogMetrics } from './metrics/log.metrics.js';
import { MetricsRegistry } from './metrics/metrics-registry.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { MigrationsReadinessCheck } from './migrations.readiness-check.js';
import { Readiness } from './readiness.js';
import { ShutdownReadinessCheck } from './shutdown.readiness-check.js';
import { tracerProvider } from './tracing/tracer.provider.js';
import { TracingInstrumentation } from './tracing/tracing.instrumentation.js';

@Module({
  // Readiness logs what fails, with its cause.
  imports: [DiscoveryModule, TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController, MetricsController],
  providers: [
    Readiness,
    EventStoreReadinessCheck,
    MigrationsReadinessCheck,
    HandlersReadinessCheck,
    ShutdownReadinessCheck,
    MetricsRegistry,
    AppendMetrics,
    HttpMetrics,
    LogMetrics,
    tracerProvider,
    TracingInstrumentation,
  ],
})
export class OpsModule {}
