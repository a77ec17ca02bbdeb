import fc from 'fast-check';
import type { RecordedEvent } from '../../../event-sourcing/index.js';
import type { Delivery } from '../tables/delivery.js';
import type { Partition } from '../tables/partition.table.js';
import type { LogPart } from './log-part.js';
import { planDeliveries, type PlanLimits, type Situation } from './plan-deliveries.js';

const LIMITS: PlanLimits = { room: 10, maxSize: 1_000, maxWaiting: 10, maxParked: 10 };
const STREAMS = ['parcel-0', 'parcel-1', 'parcel-2'];
const MEMBER = 'somebody';
const NOTHING_KNOWN = { unsettled: new Map(), waitingCounts: new Map(), parkedCount: 0 };

/** The partition of a stream of these tests. */
const numberOf = (stream: string): number => Number(stream.slice(-1)) % 2;

function eventAt(position: number, stream: string): RecordedEvent {
  const of = { id: String(position), type: 'parcel.sent', version: 1, stream, revision: 1 };
  return { ...of, position, data: {}, metadata: {}, tags: [], recordedAt: new Date(0) };
}

function deliveryOf(
  { position, stream, id }: RecordedEvent,
  own: Partial<Delivery> = {},
): Delivery {
  return {
    ...{ position, stream, eventId: id, number: numberOf(stream), size: 4 },
    ...{ state: 'waiting', member: null, dueAt: 0, attempts: 0, alone: false },
    ...{ error: null, firstFailedAt: null, lastFailedAt: null },
    ...own,
  };
}

function partitionAt(position: number, number = 0): Partition {
  return { number, position, member: MEMBER, leaving: false };
}

function positionsOf(taken: readonly Delivery[]): number[] {
  return taken.map(({ position }) => position);
}

describe('What a member is handed', () => {
  const [first, second, third] = [1, 2, 3].map((position) => eventAt(position, 'parcel-0'));

  function taken(ready: readonly Delivery[], held: readonly Delivery[] = []): number[] {
    const situation = { ...NOTHING_KNOWN, partitions: [partitionAt(3)], ready, held };
    return positionsOf(planDeliveries(situation, [], LIMITS, numberOf).taken);
  }

  it('is one alone of those with which a member was lost, and nothing beside it', () => {
    const alone = { alone: true };
    const ready = [deliveryOf(first, alone), deliveryOf(second, alone), deliveryOf(third)];
    expect(taken(ready)).toEqual([1]);
    expect(taken(ready, [deliveryOf(eventAt(9, 'parcel-1'))])).toEqual([]);
    expect(taken([deliveryOf(third)], [deliveryOf(eventAt(9, 'parcel-1'), alone)])).toEqual([]);
  });

  it('is never one alone before an earlier one of its stream, which has failed since', () => {
    const ready = [deliveryOf(first, { attempts: 1 }), deliveryOf(second, { alone: true })];
    expect(taken(ready)).toEqual([1]);
  });

  it('moves partitions on only from where they are', () => {
    const part = { after: 5, through: 9, events: [eventAt(7, 'parcel-0'), eventAt(8, 'parcel-1')] };
    const partitions = [partitionAt(2, 0), partitionAt(7, 1)];
    const situation = { ...NOTHING_KNOWN, partitions, ready: [], held: [] };
    const { added, advanced } = planDeliveries(situation, [part], LIMITS, numberOf);
    expect(added.map(({ event }) => event.position)).toEqual([8]);
    expect([...advanced]).toEqual([[1, 9]]);
  });

  it('is every event once, in the order of its stream, whatever members do', () => {
    fc.assert(
      fc.property(deeds, fc.array(fc.constantFrom(...STREAMS), { maxLength: 30 }), (all, log) => {
        const model = new GroupModel(log.map((stream, place) => eventAt(place + 1, stream)));
        for (const deed of all) model.do(deed);
        model.finish();
      }),
      { numRuns: 500 },
    );
  });
});

interface Deed {
  readonly kind: 'ask' | 'acknowledge' | 'fail' | 'lose' | 'park' | 'retry' | 'rest';
  readonly room: number;
  readonly upTo: number;
  readonly stream: string;
}

const deeds = fc.array(
  fc.record<Deed>({
    kind: fc.constantFrom('ask', 'ask', 'acknowledge', 'fail', 'lose', 'park', 'retry', 'rest'),
    room: fc.integer({ min: 1, max: 6 }),
    upTo: fc.nat(30),
    stream: fc.constantFrom(...STREAMS),
  }),
  { maxLength: 40 },
);

/** What the tables say, in memory, and what was handled. */
class GroupModel {
  private readonly rows = new Map<number, Delivery>();
  private readonly positions = [0, 0];
  private readonly handled: RecordedEvent[] = [];
  private now = 0;

  constructor(private readonly log: readonly RecordedEvent[]) {}

  do({ kind, room, upTo, stream }: Deed): void {
    const held = this.in('handed-out');
    const own = held.filter((each) => each.stream === stream);
    if (kind === 'ask') this.ask(room, Math.min(upTo, this.log.length));
    if (kind === 'acknowledge') this.acknowledge(own.slice(0, room));
    if (kind === 'rest') this.now += 1;
    if (kind === 'lose') {
      for (const each of held) this.set(each, { state: 'waiting', alone: held.length > 1 });
    }
    if (kind === 'retry') {
      for (const each of this.in('parked')) this.set(each, { state: 'waiting' });
    }
    if (own.length === 0) return;
    if (kind === 'fail') {
      for (const each of own) this.set(each, { state: 'waiting' });
      this.set(own[0], { state: 'waiting', alone: false, dueAt: this.now + 1 });
    }
    if (kind === 'park') {
      const all = [...this.rows.values()].filter((each) => each.stream === stream);
      for (const each of all) {
        if (each.position >= own[0].position) this.set(each, { state: 'parked', alone: false });
      }
    }
  }

  /** Everything is handled in the end. */
  finish(): void {
    this.do({ kind: 'retry', room: 1, upTo: 0, stream: '' });
    for (let turn = 0; turn < 4 * this.log.length + 4; turn += 1) {
      this.now += 1;
      this.ask(3, this.log.length);
      this.acknowledge(this.in('handed-out'));
    }
    for (const stream of STREAMS) {
      const ofStream = (event: RecordedEvent): boolean => event.stream === stream;
      expect(this.handled.filter(ofStream)).toEqual(this.log.filter(ofStream));
    }
  }

  private ask(room: number, through: number): void {
    const parts = this.partsTo(through);
    const plan = planDeliveries(this.situation(room), parts, { ...LIMITS, room }, numberOf);
    const fresh = plan.added.map(({ event, state }) => deliveryOf(event, { state }));
    for (const each of fresh) {
      expect(this.rows.has(each.position)).toBe(false);
      expect(each.position).toBeGreaterThan(this.positions[each.number]);
      this.rows.set(each.position, each);
    }
    const out = [...plan.taken, ...fresh.filter(({ state }) => state === 'handed-out')];
    expect(out.length).toBeLessThanOrEqual(room);
    for (const each of out) {
      const before = [...this.rows.values()].filter(
        ({ stream, position }) => stream === each.stream && position < each.position,
      );
      // What is before it in its stream comes with it, if it is not settled.
      expect(out).toEqual(expect.arrayContaining(before));
    }
    for (const each of plan.taken) this.set(each, { state: 'handed-out' });
    for (const [number, position] of plan.advanced) this.positions[number] = position;
  }

  /** In two, of which the second begins where a partition is, as they come of the log. */
  private partsTo(through: number): LogPart[] {
    const [lowest, highest] = this.positions.toSorted((one, other) => one - other);
    const middle = Math.max(highest, lowest);
    const cuts = [...new Set([lowest, middle, through])].filter((cut) => cut <= through);
    return cuts.slice(1).map((end, place) => ({
      after: cuts[place],
      through: end,
      events: this.log.filter(({ position }) => position > cuts[place] && position <= end),
    }));
  }

  private situation(room: number): Situation {
    const rows = this.in('waiting', 'handed-out', 'parked');
    const ready = rows.filter(({ position, stream, state, dueAt }) => {
      const blocks = (each: Delivery): boolean =>
        each.stream === stream &&
        each.position < position &&
        (each.state === 'handed-out' || (each.state === 'waiting' && each.dueAt > this.now));
      return state === 'waiting' && dueAt <= this.now && !rows.some(blocks);
    });
    const unsettled = STREAMS.flatMap((stream): [string, boolean][] => {
      const own = rows.filter((each) => each.stream === stream);
      return own.length === 0 ? [] : [[stream, own.some(({ state }) => state === 'parked')]];
    });
    return {
      partitions: this.positions.map((position, number) => partitionAt(position, number)),
      ready: ready.slice(0, room),
      held: this.in('handed-out'),
      unsettled: new Map(unsettled),
      waitingCounts: new Map([0, 1].map((number) => [number, this.countWaiting(number)])),
      parkedCount: this.in('parked').length,
    };
  }

  private countWaiting(number: number): number {
    return this.in('waiting').filter((each) => each.number === number).length;
  }

  private acknowledge(deliveries: readonly Delivery[]): void {
    for (const { position } of deliveries) {
      this.rows.delete(position);
      this.handled.push(this.log[position - 1]);
    }
  }

  private set({ position }: Delivery, own: Partial<Delivery>): void {
    const row = this.rows.get(position);
    if (row) this.rows.set(position, { ...row, ...own });
  }

  private in(...states: Delivery['state'][]): Delivery[] {
    return [...this.rows.values()]
      .filter(({ state }) => states.includes(state))
      .sort((one, other) => one.position - other.position);
  }
}
