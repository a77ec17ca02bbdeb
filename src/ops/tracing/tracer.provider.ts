import type { FactoryProvider } from '@nestjs/common';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { context, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { AppConfig } from '../../config/app-config.js';

/** The token of the provider of tracers; null when traces go nowhere. */
export const TRACER_PROVIDER = Symbol('TRACER_PROVIDER');
export type OptionalTracerProvider = BasicTracerProvider | null;

/** Spans of libraries that know OpenTelemetry find their place in ours, unless the process has set it up itself. */
export const tracerProvider: FactoryProvider<OptionalTracerProvider> = {
  provide: TRACER_PROVIDER,
  inject: [AppConfig],
  useFactory: ({ tracesTo, serviceName }: AppConfig) => {
    if (!tracesTo) return null;
    const url = new URL('v1/traces', tracesTo.href.replace(/\/?$/, '/')).href;
    const provider = new BasicTracerProvider({
      resource: resourceFromAttributes({ 'service.name': serviceName }),
      spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url }))],
    });
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(provider);
    return provider;
  },
};
