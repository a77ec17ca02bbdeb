import { Injectable } from '@nestjs/common';
import { Counter, exponentialBuckets, Histogram } from 'prom-client';
import {
  type BatchObservation,
  Instrumentation,
  type LeaseObservation,
} from '../../event-sourcing/index.js';
import { MetricsRegistry } from './metrics-registry.js';

const SECONDS = exponentialBuckets(0.001, 2, 14);

/** The work of the processors that this process runs: how much, how long it takes, how often it fails. */
@Injectable()
export class ProcessorMetrics extends Instrumentation {
  private readonly batches: Counter<'processor' | 'outcome'>;
  private readonly events: Counter<'processor'>;
  private readonly duration: Histogram<'processor'>;
  private readonly leases: Counter<'processor'>;

  constructor(registry: MetricsRegistry) {
    super();
    const registers = [registry];
    this.batches = new Counter({
      name: 'hindsight_processor_batches_total',
      help: 'Batches by outcome: handled, or failed and then tried again or parked.',
      labelNames: ['processor', 'outcome'],
      registers,
    });
    this.events = new Counter({
      name: 'hindsight_processor_events_total',
      help: 'Events of the batches it has handled.',
      labelNames: ['processor'],
      registers,
    });
    this.duration = new Histogram({
      name: 'hindsight_processor_batch_duration_seconds',
      help: 'From the first event of a batch to its commit.',
      labelNames: ['processor'],
      buckets: SECONDS,
      registers,
    });
    this.leases = new Counter({
      name: 'hindsight_processor_lease_changes_total',
      help: 'How often this process has begun to run it.',
      labelNames: ['processor'],
      registers,
    });
  }

  override batchEnded({ processor, events, seconds, error }: BatchObservation): void {
    if (error !== undefined) {
      this.batches.inc({ processor, outcome: 'failed' });
      return;
    }
    this.batches.inc({ processor, outcome: 'handled' });
    this.events.inc({ processor }, events);
    this.duration.observe({ processor }, seconds);
  }

  override leaseTaken({ processor }: LeaseObservation): void {
    this.leases.inc({ processor });
  }
}
