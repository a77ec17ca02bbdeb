import { InMemoryEventStore } from '../../src/event-sourcing/index.js';
import { SettableClock } from './controlled-environment.js';
import { Counter } from './counter.aggregate.js';
import { assembleKit } from './kit.js';

/** A repository over a store with one counter, started at 9:00 and increased by 2 at 10:00 and by 3 at 11:00. */
export async function counterOfThreeEvents() {
  const clock = new SettableClock();
  const kit = assembleKit({ store: new InMemoryEventStore(clock) });
  const counters = kit.repository(Counter);
  const counter = new Counter('1');
  clock.set('2026-01-01T09:00:00.000Z');
  counter.start('visits');
  await counters.save(counter);
  clock.set('2026-01-01T10:00:00.000Z');
  await counters.execute('1', (each) => each.increase(2));
  clock.set('2026-01-01T11:00:00.000Z');
  await counters.execute('1', (each) => each.increase(3));
  return { ...kit, counters };
}
