import type { ReadLogOptions } from '../store/event-store.js';
import type { RecordedEvent } from '../store/recorded-event.js';
import { categoryOf } from '../store/stream-name.js';

/** Which events of the log somebody wants; all of the conditions must be met. */
export type LogFilter = Pick<ReadLogOptions, 'categories' | 'types' | 'correlationId'>;

/** What tells whether an event is wanted, as `EventStore.readLog` would with the same filter. */
export function matcherOf({
  categories,
  types,
  correlationId,
}: LogFilter): (event: RecordedEvent) => boolean {
  const wantedCategories = categories && new Set(categories);
  const wantedTypes = types && new Set(types);
  return ({ stream, type, metadata }) =>
    (wantedCategories?.has(categoryOf(stream)) ?? true) &&
    (wantedTypes?.has(type) ?? true) &&
    (correlationId === undefined || metadata.correlationId === correlationId);
}
