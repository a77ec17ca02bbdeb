import { setImmediate as nextTurn } from 'node:timers/promises';
import { BrokerUnavailableError, EventNotPublishableError } from './broker.errors.js';
import type { OutgoingEvent } from './event-broker.js';
import { publishByKey } from './publish-by-key.js';

const EVENTS = Array.from({ length: 60 }, (_, nr) => eventOf(`order-${nr % 6}`, nr));

describe('publishing by key', () => {
  it('has many keys under way, and one event of each', async () => {
    const underWay = new Set<string>();
    let most = 0;
    await publishByKey(EVENTS, 4, async ({ key }) => {
      expect(underWay.has(key)).toBe(false);
      underWay.add(key);
      most = Math.max(most, underWay.size);
      await nextTurn();
      underWay.delete(key);
    });
    expect(most).toBe(4);
  });

  it('stops a key at its first event that fails, and lets others go on', async () => {
    const stored: OutgoingEvent[] = [];
    const refusal = new EventNotPublishableError('Too large.');
    const work = publishByKey(EVENTS, 3, async (event) => {
      await nextTurn();
      if (event.event.id === '20') throw refusal;
      stored.push(event);
    });
    await expect(work).rejects.toBe(refusal);
    expect(numbersOf('order-2', stored)).toEqual(['2', '8', '14']);
    expect(numbersOf('order-3', stored)).toHaveLength(10);
  });

  it('stops all keys in an outage, and leaves nothing under way', async () => {
    const stored: OutgoingEvent[] = [];
    let underWay = 0;
    let hasFailed = false;
    const outage = new BrokerUnavailableError('Away.');
    const work = publishByKey(EVENTS, 3, async (event) => {
      expect(hasFailed && underWay === 0).toBe(false);
      underWay += 1;
      await nextTurn();
      underWay -= 1;
      if (event.event.id === '13') {
        hasFailed = true;
        throw outage;
      }
      stored.push(event);
    });
    await expect(work).rejects.toBe(outage);
    expect(underWay).toBe(0);
    expect(stored.length).toBeLessThan(EVENTS.length / 2);
    for (const key of new Set(stored.map((event) => event.key))) {
      const all = numbersOf(key, EVENTS);
      expect(all.slice(0, numbersOf(key, stored).length)).toEqual(numbersOf(key, stored));
    }
  });
});

function numbersOf(key: string, events: readonly OutgoingEvent[]): readonly string[] {
  return events.filter((event) => event.key === key).map(({ event }) => event.id);
}

function eventOf(key: string, nr: number): OutgoingEvent {
  const event = { specversion: '1.0', id: String(nr), source: '/hub', type: 'a', extensions: {} };
  return { key, topic: 'order.a', event: event as OutgoingEvent['event'] };
}
