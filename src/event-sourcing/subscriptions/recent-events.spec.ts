import fc from 'fast-check';
import type { RecordedEvent } from '../store/recorded-event.js';
import { RecentEvents } from './recent-events.js';

function eventAt(position: number, text = ''): RecordedEvent {
  return {
    id: `0190b3c4-6b1c-7c3e-8f2a-${String(position).padStart(12, '0')}`,
    type: 'parcel.sent',
    version: 1,
    stream: 'parcel-1',
    revision: position,
    position,
    data: text,
    metadata: {},
    tags: [],
    recordedAt: new Date(0),
  };
}

const eventsAt = (first: number, count: number, text?: string): RecordedEvent[] =>
  Array.from({ length: count }, (_, index) => eventAt(first + index, text));

const positions = (events: readonly RecordedEvent[] | undefined): number[] | undefined =>
  events?.map(({ position }) => position);

describe('The recent events', () => {
  it('know nothing before they are told where to start', () => {
    const recent = new RecentEvents();
    expect(recent.head).toBeUndefined();
    expect(recent.after(0)).toBeUndefined();
  });

  it('give everything after a position, or nothing at all where a part of it is missing', () => {
    const recent = new RecentEvents();
    recent.startAfter(10);
    recent.add(eventsAt(11, 3));
    expect(positions(recent.after(9))).toBeUndefined();
    expect(positions(recent.after(10))).toEqual([11, 12, 13]);
    expect(positions(recent.after(12))).toEqual([13]);
    expect(positions(recent.after(13))).toEqual([]);
    expect(positions(recent.after(99))).toEqual([]);
  });

  it('take no event that does not follow', () => {
    const recent = new RecentEvents();
    expect(() => recent.add(eventsAt(1, 1))).toThrow('Event 1 does not follow undefined.');
    recent.startAfter(10);
    expect(() => recent.add(eventsAt(10, 1))).toThrow('Event 10 does not follow 10.');
  });

  it('know how far the log was looked through where nothing stands that may be read', () => {
    const recent = new RecentEvents();
    recent.startAfter(10);
    recent.add([eventAt(12), eventAt(15)]);
    recent.reach(20);
    recent.reach(18);
    expect(recent.head).toBe(20);
    expect(positions(recent.after(12, 20))).toEqual([15]);
    expect(positions(recent.after(10, 14))).toEqual([12]);
    expect(positions(recent.after(16, 20))).toEqual([]);
    expect(recent.after(12, 21)).toBeUndefined();
    expect(recent.after(9, 15)).toBeUndefined();
    expect(() => recent.add(eventsAt(20, 1))).toThrow('Event 20 does not follow 20.');
  });

  it('are no more than there is room for, whether many or large, and always the last ones', () => {
    const few = fc.array(fc.record({ count: fc.nat(6), size: fc.nat(30) }), { maxLength: 20 });
    fc.assert(
      fc.property(few, fc.nat(5), (parts, start) => {
        const recent = new RecentEvents({ maxEvents: 7, maxCharacters: 100 });
        recent.startAfter(start);
        let head = start;
        const sizes = new Map<number, number>();
        for (const { count, size } of parts) {
          recent.add(eventsAt(head + 1, count, 'x'.repeat(size)));
          for (let nth = 1; nth <= count; nth++) sizes.set(head + nth, size + '""{}'.length);
          head += count;
          let after = head;
          while (after > 0 && recent.after(after - 1) !== undefined) after--;
          const kept = positions(recent.after(after)) ?? [];
          const size0 = kept.reduce((sum, position) => sum + (sizes.get(position) ?? 0), 0);
          expect(recent.head).toBe(head);
          expect(kept).toEqual(Array.from({ length: head - after }, (_, nth) => after + 1 + nth));
          expect(kept.length).toBeLessThanOrEqual(7);
          expect(size0).toBeLessThanOrEqual(100);
          const hasRoom = kept.length < 7 && size0 + (sizes.get(after) ?? Infinity) <= 100;
          expect(hasRoom && after > start).toBe(false);
        }
      }),
    );
  });
});
