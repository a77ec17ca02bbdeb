import { v7 } from 'uuid';
import { collect } from '../../../../test/support/async.js';
import { SystemClock } from '../../context/clock.js';
import { InMemoryEventStore } from '../../store/memory/in-memory-event-store.js';
import { BoundedLog } from './bounded-log.js';

describe('A bounded log', () => {
  it('shows nothing beyond its bound, whatever a reader asks for, and never less than before', async () => {
    const store = new InMemoryEventStore(new SystemClock());
    const event = () => ({ id: v7(), type: 'counter.increased', version: 1, data: {} });
    await store.append('counter-a', 'none', [event(), event(), event()]);
    const log = new BoundedLog(store);
    const seen = async (upTo?: number) => {
      const events = await collect(log.readLog({ upTo }));
      return events.map(({ position }) => position);
    };
    log.raiseTo(2);
    log.raiseTo(1);
    expect(await log.headPosition()).toBe(2);
    expect(await seen()).toEqual([1, 2]);
    expect(await seen(3)).toEqual([1, 2]);
    expect(await seen(1)).toEqual([1]);
    log.raiseTo(4);
    expect(await log.headPosition()).toBe(3);
  });
});
