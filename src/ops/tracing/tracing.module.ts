import { Module } from '@nestjs/common';
import { tracerProvider } from './tracer.provider.js';
import { TracingInstrumentation } from './tracing.instrumentation.js';

/** Spans for OpenTelemetry. */
@Module({ providers: [tracerProvider, TracingInstrumentation] })
export class TracingModule {}
