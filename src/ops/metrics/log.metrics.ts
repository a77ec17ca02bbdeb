import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import {
  EventStore,
  LogSubscriptions,
  Processors,
  type ProcessorStatus,
} from '../../event-sourcing/index.js';
import { MetricsRegistry } from './metrics-registry.js';

/** What a gauge says of each processor. */
const OF_PROCESSORS: Readonly<
  Record<string, readonly [help: string, figure: (status: ProcessorStatus) => number]>
> = {
  position: ['The position up to which it has handled the log.', ({ position }) => position],
  lag_events: ['How many events of the log are behind that.', ({ lagEvents }) => lagEvents],
  lag_seconds: ['The age of the oldest event it has not handled.', ({ lagSeconds }) => lagSeconds],
  parked: ['How many events it has set aside.', ({ parked }) => parked],
  failing: ['1 when its last try failed, or it has stalled.', ({ state }) => +isFailing(state)],
  owned: ['1 in the process that runs it.', ({ isOwner }) => +isOwner],
};

/** How far the log goes, how many follow it, and how its processors are, looked up when somebody asks. */
@Injectable()
export class LogMetrics {
  constructor(
    store: EventStore,
    subscriptions: LogSubscriptions,
    processors: Processors,
    registry: MetricsRegistry,
  ) {
    const registers = [registry];
    new Gauge({
      name: 'hindsight_log_head_position',
      help: 'The position of the last event in the log.',
      registers,
      // Without a database there is no figure; those that need none are worth having all the more.
      async collect() {
        const position = await store.headPosition().catch(() => undefined);
        if (position === undefined) this.remove();
        else this.set(position);
      },
    });
    new Gauge({
      name: 'hindsight_subscriptions',
      help: 'How many are subscribed to the log in this process.',
      registers,
      collect() {
        this.set(subscriptions.count);
      },
    });
    let looked: Promise<readonly ProcessorStatus[]> | undefined;
    for (const [name, [help, figure]] of Object.entries(OF_PROCESSORS)) {
      new Gauge({
        name: `hindsight_processor_${name}`,
        help,
        labelNames: ['processor'],
        registers,
        async collect() {
          // All gauges are collected at once: one look is enough.
          looked ??= processors.statuses().catch(() => []);
          const statuses = await looked;
          looked = undefined;
          this.reset();
          for (const status of statuses) this.set({ processor: status.name }, figure(status));
        },
      });
    }
  }
}

function isFailing(state: ProcessorStatus['state']): boolean {
  return state === 'retrying' || state === 'stalled';
}
