import { Injectable } from '@nestjs/common';
import { Counter, exponentialBuckets, Histogram } from 'prom-client';
import {
  type AppendObservation,
  type FlightObservation,
  Instrumentation,
} from '../../event-sourcing/index.js';
import { MetricsRegistry } from './metrics-registry.js';

const SECONDS = exponentialBuckets(0.0005, 2, 14);
const APPENDS = exponentialBuckets(1, 2, 11);

/** Appends to the log: how many, how they ended, how long they took, and how many shared a transaction. */
@Injectable()
export class AppendMetrics extends Instrumentation {
  private readonly appends: Counter<'outcome'>;
  private readonly events: Counter;
  private readonly duration: Histogram;
  private readonly flightSize: Histogram;
  private readonly flightDuration: Histogram;

  constructor(registry: MetricsRegistry) {
    super();
    const registers = [registry];
    this.appends = new Counter({
      name: 'hindsight_appends_total',
      help: 'Appends by outcome: appended, repeated, or the code of the error.',
      labelNames: ['outcome'],
      registers,
    });
    this.events = new Counter({
      name: 'hindsight_events_appended_total',
      help: 'Events this process has stored.',
      registers,
    });
    this.duration = new Histogram({
      name: 'hindsight_append_duration_seconds',
      help: 'From the call of an append to its answer.',
      buckets: SECONDS,
      registers,
    });
    this.flightSize = new Histogram({
      name: 'hindsight_flight_appends',
      help: 'Appends that shared one transaction.',
      buckets: APPENDS,
      registers,
    });
    this.flightDuration = new Histogram({
      name: 'hindsight_flight_duration_seconds',
      help: 'From the first statement of a transaction of the log to its commit.',
      buckets: SECONDS,
      registers,
    });
  }

  override appendEnded({ events, seconds, repeated, error }: AppendObservation): void {
    this.appends.inc({ outcome: error?.code ?? (repeated ? 'repeated' : 'appended') });
    if (!error && !repeated) this.events.inc(events);
    this.duration.observe(seconds);
  }

  override flightEnded({ appends, seconds }: FlightObservation): void {
    this.flightSize.observe(appends);
    this.flightDuration.observe(seconds);
  }
}
