import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { CheckpointedHandlers, EventStore } from '../../event-sourcing/index.js';
import { MetricsRegistry } from './metrics-registry.js';

/** How far the log goes and how far its handlers are, looked up when somebody asks. */
@Injectable()
export class LogMetrics {
  constructor(store: EventStore, handlers: CheckpointedHandlers, registry: MetricsRegistry) {
    const registers = [registry];
    // Without a database there is no figure; the others are worth having all the more.
    const head = (): Promise<number | undefined> => store.headPosition().catch(() => undefined);
    new Gauge({
      name: 'hindsight_log_head_position',
      help: 'The position of the last event in the log.',
      registers,
      async collect() {
        const position = await head();
        if (position === undefined) this.remove();
        else this.set(position);
      },
    });
    new Gauge({
      name: 'hindsight_processor_position',
      help: 'The position up to which a processor has handled the log.',
      labelNames: ['processor'],
      registers,
      collect() {
        for (const { name, position } of handlers.statuses())
          this.set({ processor: name }, position);
      },
    });
    new Gauge({
      name: 'hindsight_processor_lag_events',
      help: 'How many events of the log are behind the position of a processor.',
      labelNames: ['processor'],
      registers,
      async collect() {
        const position = await head();
        this.reset();
        if (position === undefined) return;
        for (const { name, position: own } of handlers.statuses()) {
          this.set({ processor: name }, Math.max(0, position - own));
        }
      },
    });
    new Gauge({
      name: 'hindsight_processor_failing',
      help: 'Whether the last try of a processor failed.',
      labelNames: ['processor'],
      registers,
      collect() {
        for (const { name, lastError } of handlers.statuses()) {
          this.set({ processor: name }, lastError === undefined ? 0 : 1);
        }
      },
    });
  }
}
