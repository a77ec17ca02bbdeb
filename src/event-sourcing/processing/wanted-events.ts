import type { ReadLogOptions } from '../store/event-store.js';
import { ForwardingProcessor } from './forwarding-processor.js';
import type { Processor } from './processor.js';

/** What tells the events of the log that a processor wants from others. */
export type WantedEvents = Pick<ReadLogOptions, 'types' | 'categories'>;

export function wantedBy(processor: Processor): WantedEvents {
  if (!(processor instanceof ForwardingProcessor)) return { types: processor.eventTypes };
  return processor.categories ? { categories: processor.categories } : {};
}
