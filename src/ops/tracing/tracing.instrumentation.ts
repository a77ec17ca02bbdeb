import { Inject, Injectable, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type Attributes, type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { currentContext, Instrumentation, type TracedStep } from '../../event-sourcing/index.js';
import { type OptionalTracerProvider, TRACER_PROVIDER } from './tracer.provider.js';
import { contextOf, inSpan, spanContextOf } from './traceparent.js';

/** More would make a span that no collector takes; a batch of so many events is a catch-up. */
const MAX_LINKS = 128;

/**
 * OpenTelemetry spans of requests, commands, appends and handlers. The parent of a span is the `traceparent` of the
 * present context, which is also what is stored with an event: so a trace goes on where the event is handled, in
 * whatever process and however much later.
 */
@Injectable()
export class TracingInstrumentation
  extends Instrumentation
  implements OnModuleInit, OnApplicationShutdown
{
  constructor(
    @Inject(TRACER_PROVIDER) private readonly provider: OptionalTracerProvider,
    private readonly host: HttpAdapterHost,
  ) {
    super();
  }

  /** Before the routes are made: Fastify gives a route the hooks that are there by then. */
  onModuleInit(): void {
    if (!this.provider || !this.host.httpAdapter) return;
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    const spans = new WeakMap<FastifyRequest, Span>();
    fastify.addHook('onRequest', (request, _reply, done) => {
      const span = this.spanOfRequest(request);
      spans.set(request, span);
      inSpan(span, done);
    });
    fastify.addHook('onResponse', (request, reply, done) => {
      endRequest(spans.get(request), reply);
      done();
    });
  }

  override async trace<T>(step: TracedStep, work: () => Promise<T>): Promise<T> {
    if (!this.provider) return work();
    const span = this.spanOfStep(step);
    try {
      return await inSpan(span, work);
    } catch (error) {
      span.recordException(error as Error);
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  }

  /** What was not exported yet is. */
  async onApplicationShutdown(): Promise<void> {
    await this.provider?.shutdown().catch(() => undefined);
  }

  private spanOfRequest(request: FastifyRequest): Span {
    const route = request.routeOptions.url ?? 'none';
    const attributes = { 'http.request.method': request.method, 'http.route': route };
    const name = `${request.method} ${route}`;
    return this.span(name, SpanKind.SERVER, attributes, currentContext().traceparent);
  }

  private spanOfStep({ name, attributes, causes }: TracedStep): Span {
    if (!causes)
      return this.span(name, SpanKind.INTERNAL, attributes, currentContext().traceparent);
    const [only, ...others] = causes;
    if (others.length === 0) return this.span(name, SpanKind.CONSUMER, attributes, only);
    return this.span(name, SpanKind.CONSUMER, attributes, undefined, causes.slice(0, MAX_LINKS));
  }

  private span(
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    parent: string | undefined,
    causes: readonly string[] = [],
  ): Span {
    const links = causes
      .flatMap((cause) => spanContextOf(cause) ?? [])
      .map((context) => ({ context }));
    const tracer = (this.provider as NonNullable<OptionalTracerProvider>).getTracer('hindsight');
    return tracer.startSpan(name, { kind, attributes, links }, contextOf(parent));
  }
}

function endRequest(span: Span | undefined, reply: FastifyReply): void {
  span?.setAttribute('http.response.status_code', reply.statusCode);
  if (reply.statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
  span?.end();
}
