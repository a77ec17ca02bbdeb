import type { RecordedEvent } from '../../../event-sourcing/index.js';
import type { Delivery } from '../tables/delivery.js';
import type { Partition } from '../tables/partition.table.js';
import { Hands } from './hands.js';
import type { LogPart } from './log-part.js';

/** What there is to decide on. */
export interface Situation {
  /** The partitions of the member, but for those that leave it. */
  readonly partitions: readonly Partition[];
  /**
   * What of these waits and may be handed out, by position, and perhaps not all of it: nothing before it in its stream is in
   * somebody's hands or pauses.
   */
  readonly ready: readonly Delivery[];
  /** What the member has, whatever partition it is of. */
  readonly held: readonly Delivery[];
  /** Which streams of the parts have something that is not settled, and whether some of that is parked. */
  readonly unsettled: ReadonlyMap<string, boolean>;
  /** How many wait, by partition. */
  readonly waitingCounts: ReadonlyMap<number, number>;
  readonly parkedCount: number;
}

export interface PlanLimits {
  /** How many events the member may get now. */
  readonly room: number;
  /** How large they may be together, unless it is one. */
  readonly maxSize: number;
  /** How many events of a partition may wait for others. */
  readonly maxWaiting: number;
  readonly maxParked: number;
}

/** An event of the log that is to get a row. */
export interface NewDelivery {
  readonly event: RecordedEvent;
  readonly number: number;
  readonly size: number;
  readonly state: Delivery['state'];
}

/** What a member gets, and what is to be written for it. */
export interface DeliveryPlan {
  /** Those that were waiting and are handed out. */
  readonly taken: readonly Delivery[];
  readonly added: readonly NewDelivery[];
  /** How far partitions have come, those that have moved. */
  readonly advanced: ReadonlyMap<number, number>;
}

/** The partition of a stream. */
type NumberOf = (stream: string) => number;

const NOTHING: DeliveryPlan = { taken: [], added: [], advanced: new Map() };

/**
 * Decides what a member gets. Of a stream nothing is handed out while somebody has an earlier event of it, or while one waits:
 * several at once only from one answer, in their order. What may have ended a member goes by itself.
 *
 * @param parts in the order of the log, none of which reaches into the next
 */
export function planDeliveries(
  situation: Situation,
  parts: readonly LogPart[],
  limits: PlanLimits,
  numberOf: NumberOf,
): DeliveryPlan {
  const { ready, held } = situation;
  if (held.some(({ alone }) => alone)) return NOTHING;
  const suspect = firstsOf(ready).find(({ alone }) => alone);
  if (suspect) return held.length > 0 ? NOTHING : { ...NOTHING, taken: [suspect] };
  const hands = new Hands(limits.room, limits.maxSize);
  const left = new Set<string>();
  const taken = ready.filter(({ stream, size, alone }) => {
    if (!left.has(stream) && !alone && hands.take(size)) return true;
    left.add(stream);
    return false;
  });
  const reading = new Reading(situation, limits, hands);
  for (const part of parts) {
    // A partition that is elsewhere must not take this part for what follows it.
    const here = situation.partitions.filter(
      ({ position }) => position >= part.after && position < part.through,
    );
    const going = new Map(here.map(({ number, position }) => [number, position]));
    if (going.size > 0) reading.read(part, going, numberOf);
  }
  const { added, advanced } = reading;
  return { taken, added, advanced };
}

/** Of each stream. */
function firstsOf(ready: readonly Delivery[]): readonly Delivery[] {
  const firsts = new Map<string, Delivery>();
  for (const each of ready) if (!firsts.has(each.stream)) firsts.set(each.stream, each);
  return [...firsts.values()];
}

/** What was read on, and where it stopped. */
class Reading {
  readonly added: NewDelivery[] = [];
  readonly advanced = new Map<number, number>();
  private readonly waiting: Map<number, number>;
  private parked: number;

  constructor(
    private readonly situation: Situation,
    private readonly limits: PlanLimits,
    private readonly hands: Hands,
  ) {
    this.waiting = new Map(situation.waitingCounts);
    this.parked = situation.parkedCount;
  }

  /** @param going the partitions that this part of the log goes on with, and how far they are */
  read({ events, through }: LogPart, going: Map<number, number>, numberOf: NumberOf): void {
    for (const event of events) {
      const number = numberOf(event.stream);
      if (event.position <= (going.get(number) ?? Infinity)) continue;
      if (this.route(event, number)) continue;
      // What is not routed stays where it is, in the log, with what follows it in its partition.
      const stopping = this.hands.areFull ? [...going.keys()] : [number];
      for (const each of stopping) {
        this.stop(each, event.position - 1);
        going.delete(each);
      }
      if (going.size === 0) return;
    }
    for (const number of going.keys()) this.stop(number, through);
  }

  /** An event is parked behind others, handed out, or waits for others; false where there is no room for it. */
  private route(event: RecordedEvent, number: number): boolean {
    const { stream } = event;
    const size = sizeOf(event);
    const hasParked = this.situation.unsettled.get(stream);
    if (hasParked === undefined) {
      if (!this.hands.take(size)) return false;
      this.added.push({ event, number, size, state: 'handed-out' });
    } else if (hasParked) {
      if (this.parked >= this.limits.maxParked) return false;
      this.parked += 1;
      this.added.push({ event, number, size, state: 'parked' });
    } else {
      const waiting = this.waiting.get(number) ?? 0;
      if (waiting >= this.limits.maxWaiting) return false;
      this.waiting.set(number, waiting + 1);
      this.added.push({ event, number, size, state: 'waiting' });
    }
    return true;
  }

  private stop(number: number, position: number): void {
    const partition = this.situation.partitions.find((each) => each.number === number);
    if (partition && position > partition.position) this.advanced.set(number, position);
  }
}

function sizeOf({ data, metadata }: RecordedEvent): number {
  return JSON.stringify(data).length + JSON.stringify(metadata).length;
}
