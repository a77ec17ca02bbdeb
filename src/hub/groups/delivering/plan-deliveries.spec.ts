import fc from 'fast-check';
import type { RecordedEvent } from '../../../event-sourcing/index.js';
import type { Delivery } from '../tables/delivery.js';
import type { Partition } from '../tables/partition.table.js';
import { planDeliveries } from './plan-deliveries.js';

const PARTITIONS = 3;
const STREAMS = 6;

/** What happens to an answer: all of it is done, the first of it, it fails, is parked, or its member is lost. */
type Fate = 'done' | 'done in part' | 'fails' | 'parked' | 'lost' | 'kept';
const FATES: readonly Fate[] = ['done', 'done in part', 'fails', 'parked', 'lost', 'kept'];

/** One member that has all partitions, and the tables as its answers and their fates leave them. */
class Model {
  readonly rows = new Map<number, Delivery>();
  readonly settled = new Set<number>();
  private readonly partitions: Partition[] = Array.from({ length: PARTITIONS }, (_, number) => ({
    number,
    position: 0,
    member: 'ada',
    leaving: false,
  }));
  private now = 0;

  constructor(private readonly log: readonly RecordedEvent[]) {}

  /** @returns what is handed out, by position */
  answer(room: number, pageSize: number, mostWaiting: number): readonly number[] {
    const inOrder = [...this.rows.values()].sort((one, other) => one.position - other.position);
    const held = inOrder.filter(({ state }) => state === 'handed-out');
    const parked = inOrder.filter(({ state }) => state === 'parked');
    const after = Math.min(...this.partitions.map(({ position }) => position));
    const events = this.log.slice(after, after + pageSize);
    const situation = {
      partitions: this.partitions,
      open: inOrder.filter(({ state }) => state !== 'parked'),
      isPartial: false,
      held,
      parkedStreams: new Set(parked.map(({ stream }) => stream)),
      parkedCount: parked.length,
      now: this.now,
    };
    const limits = { room, maxSize: Infinity, maxWaiting: mostWaiting, maxParked: 1_000 };
    const part = { after, through: after + events.length, events };
    const plan = planDeliveries(situation, [part], limits, numberOf);
    for (const { position } of plan.taken) this.change(position, { state: 'handed-out' });
    for (const { event, number, state, size } of plan.added) {
      expect(this.rows.has(event.position)).toBe(false);
      this.rows.set(event.position, newDelivery(event, number, size, state));
    }
    for (const [number, position] of plan.advanced) {
      this.partitions[number] = { ...this.partitions[number], position };
    }
    const added = plan.added.filter(({ state }) => state === 'handed-out');
    return [
      ...plan.taken.map(({ position }) => position),
      ...added.map(({ event }) => event.position),
    ].sort((one, other) => one - other);
  }

  /** Events of the log that a partition has passed, and that neither are settled nor have a row. */
  get lost(): readonly RecordedEvent[] {
    return this.log.filter(
      ({ position, stream }) =>
        position <= this.partitions[numberOf(stream)].position &&
        !this.rows.has(position) &&
        !this.settled.has(position),
    );
  }

  befall(fate: Fate, positions: readonly number[]): void {
    const [first] = positions;
    if (first === undefined || fate === 'kept') return;
    if (fate === 'done') return this.settle(positions);
    if (fate === 'done in part') {
      const count = Math.ceil(positions.length / 2);
      this.settle(positions.slice(0, count));
      return this.giveBack(positions.slice(count), false);
    }
    const { stream } = this.log[first - 1];
    if (fate === 'lost') return this.giveBack(positions, positions.length > 1);
    this.giveBack(positions, false);
    for (const [position, row] of this.rows) {
      if (row.stream !== stream || position < first) continue;
      if (fate === 'parked') this.change(position, { state: 'parked' });
    }
    if (fate === 'fails') this.change(first, { dueAt: this.now + 3, alone: false });
  }

  retryParked(): void {
    for (const [position, { state }] of this.rows) {
      if (state === 'parked') this.change(position, { state: 'waiting' });
    }
  }

  settleHeld(): void {
    const held = [...this.rows.values()].filter(({ state }) => state === 'handed-out');
    this.settle(held.map(({ position }) => position));
  }

  tick(): void {
    this.now += 1;
  }

  isBehindOpen({ stream, position }: RecordedEvent, inAnswer: ReadonlySet<number>): boolean {
    return this.log.some(
      (event) =>
        event.stream === stream &&
        event.position < position &&
        !this.settled.has(event.position) &&
        !inAnswer.has(event.position),
    );
  }

  private settle(positions: readonly number[]): void {
    for (const position of positions) {
      this.rows.delete(position);
      this.settled.add(position);
    }
  }

  private giveBack(positions: readonly number[], alone: boolean): void {
    for (const position of positions) this.change(position, { state: 'waiting', alone });
  }

  private change(position: number, change: Partial<Delivery>): void {
    this.rows.set(position, { ...(this.rows.get(position) as Delivery), ...change });
  }
}

function newDelivery(
  { position, stream, id }: RecordedEvent,
  number: number,
  size: number,
  state: Delivery['state'],
): Delivery {
  return {
    ...{ position, number, stream, eventId: id, size, state, member: 'ada', dueAt: 0 },
    ...{ attempts: 0, alone: false, error: null, firstFailedAt: null, lastFailedAt: null },
  };
}

function numberOf(stream: string): number {
  return Number(stream.slice(-1)) % PARTITIONS;
}

function logOf(streams: readonly number[]): readonly RecordedEvent[] {
  return streams.map((stream, index) => {
    const event = { position: index + 1, stream: `parcel-${stream}`, id: `event-${index}` };
    return { ...event, data: {}, metadata: {} } as unknown as RecordedEvent;
  });
}

const runs = fc.record({
  streams: fc.array(fc.integer({ min: 0, max: STREAMS - 1 }), { minLength: 1, maxLength: 40 }),
  room: fc.integer({ min: 1, max: 10 }),
  pageSize: fc.integer({ min: 1, max: 15 }),
  mostWaiting: fc.integer({ min: 1, max: 5 }),
  fates: fc.array(fc.constantFrom(...FATES), { minLength: 1, maxLength: 40 }),
});

describe('What a member is given', () => {
  it('is in the order of each stream, behind what is not settled, and in the end all of it', () => {
    fc.assert(
      fc.property(runs, ({ streams, room, pageSize, mostWaiting, fates }) => {
        const log = logOf(streams);
        const model = new Model(log);
        const give = (): readonly number[] => {
          const positions = model.answer(room, pageSize, mostWaiting);
          const answer = new Set(positions);
          const tooSoon = positions.filter((each) => model.isBehindOpen(log[each - 1], answer));
          expect({ tooSoon, lost: model.lost }).toEqual({ tooSoon: [], lost: [] });
          expect(positions.length).toBeLessThanOrEqual(room);
          model.tick();
          return positions;
        };
        for (const fate of fates) model.befall(fate, give());
        model.retryParked();
        model.settleHeld();
        for (let turns = 0; turns < 10 * log.length + 10; turns += 1) model.befall('done', give());
        expect(model.settled.size).toBe(log.length);
      }),
      { numRuns: 200 },
    );
  });

  it('is by itself where it may have ended a member', () => {
    fc.assert(
      fc.property(runs, ({ streams, room, pageSize, mostWaiting }) => {
        const model = new Model(logOf(streams));
        const lost = model.answer(room, pageSize, mostWaiting);
        if (lost.length < 2) return;
        model.befall('lost', lost);
        for (const position of lost) {
          expect(model.answer(room, pageSize, mostWaiting)).toEqual([position]);
          model.befall('done', [position]);
        }
      }),
    );
  });
});
