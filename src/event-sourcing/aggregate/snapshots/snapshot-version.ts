import { createHash } from 'node:crypto';
import type { EventRegistry } from '../../events/event-registry.js';
import type { Upcasters } from '../../events/upcasters.js';
import type { AggregateClass } from '../aggregate-repository.js';
import { categoryOfAggregate } from '../aggregate.decorator.js';
import type { SnapshotPolicy } from './snapshot-policy.js';

/**
 * The version under which snapshots of a class are kept: the declared one, and a digest of the versions of the events
 * it handles and of what is lifted to them. A snapshot made of events as they were before an upcaster came is thus
 * ignored, without anybody having to think of it. What upcasters and handlers do is not in it.
 */
export function snapshotVersion(
  aggregateClass: AggregateClass,
  { version }: SnapshotPolicy,
  registry: EventRegistry,
  upcasters: Upcasters,
): string {
  const handled = registry
    .all()
    .filter(({ eventClass }) => `on${eventClass.name}` in aggregateClass.prototype);
  const types = new Set(handled.map(({ type }) => type));
  const category = categoryOfAggregate(aggregateClass);
  const lifted = upcasters
    .origins()
    .filter((origin) => origin.startsWith(`${category}.`) || types.has(origin.split(' ')[0]));
  const events = handled.map((event) => `${event.type} ${event.version}`);
  const digest = createHash('sha256').update(JSON.stringify([events.sort(), lifted.toSorted()]));
  return `${version}-${digest.digest('hex').slice(0, 12)}`;
}
