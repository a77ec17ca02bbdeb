import type { Random } from '../../../event-sourcing/index.js';
import type { Group } from '../definition/group.js';
import { partitionOf } from '../definition/partition-of.js';
import type { GroupTables } from '../group-turns.js';
import type { Partition } from '../tables/partition.table.js';
import type { GroupWindow } from './group-window.js';
import type { LogPart } from './log-part.js';
import type { Situation } from './plan-deliveries.js';

/** Partitions that are far apart each need a part of the log of their own; so many are read for one request. */
const MOST_PARTS = 4;

/** The partitions from which a member gets something. */
export async function partitionsOf(
  member: string,
  { partitions }: GroupTables,
): Promise<readonly Partition[]> {
  const all = await partitions.list();
  return all.filter((partition) => partition.member === member && !partition.leaving);
}

/** The parts of the log that come next for these partitions. */
export async function nextParts(
  partitions: readonly Partition[],
  window: GroupWindow,
  random: Random,
): Promise<readonly LogPart[]> {
  const places = partitions.map(({ position }) => position).sort((one, other) => one - other);
  const parts: LogPart[] = [];
  // Some may stand still for long. Who begins with another one now and then comes to all of them.
  let place = places.at(random.next() < 0.5 ? 0 : Math.floor(random.next() * places.length));
  while (place !== undefined && parts.length < MOST_PARTS) {
    const part = await window.after(place);
    parts.push(part);
    const { through } = part;
    place = through > place ? places.find((each) => each >= through) : undefined;
  }
  return parts;
}

/**
 * What there is to decide on for a member.
 * @param most of what waits is looked at
 */
export async function situationOf(
  member: string,
  { partitions: count }: Group,
  partitions: readonly Partition[],
  parts: readonly LogPart[],
  now: number,
  most: number,
  { deliveries }: GroupTables,
): Promise<Situation> {
  const numbers = partitions.map(({ number }) => number);
  const own = new Set(numbers);
  const streams = new Set(parts.flatMap(({ events }) => events.map(({ stream }) => stream)));
  const ownStreams = [...streams].filter((stream) => own.has(partitionOf(stream, count)));
  return {
    partitions,
    ready: await deliveries.ready(numbers, now, most),
    unsettled: await deliveries.unsettledAmong(ownStreams),
    waitingCounts: await deliveries.countWaiting(),
    parkedCount: await deliveries.countParked(),
    held: await deliveries.handedOutTo(member),
  };
}
