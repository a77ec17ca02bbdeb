import type { FactoryProvider } from '@nestjs/common';
import type { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { AppConfig } from '../../config/app-config.js';

/** The token of the provider of tracers; null when traces go nowhere. */
export const TRACER_PROVIDER = Symbol('TRACER_PROVIDER');
export type OptionalTracerProvider = BasicTracerProvider | null;

/** What sends spans is loaded only where they go somewhere: a process starts sooner without. */
export const tracerProvider: FactoryProvider<OptionalTracerProvider> = {
  provide: TRACER_PROVIDER,
  inject: [AppConfig],
  useFactory: async ({ tracesTo, serviceName }: AppConfig) => {
    if (!tracesTo) return null;
    const { otlpTracerProvider } = await import('./otlp-tracer-provider.js');
    return otlpTracerProvider(tracesTo, serviceName);
  },
};
