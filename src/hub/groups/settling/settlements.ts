import { Injectable } from '@nestjs/common';
import { EventStore, SqlDatabase } from '../../../event-sourcing/index.js';
import type { Group } from '../definition/group.js';
import { partitionOf } from '../definition/partition-of.js';
import { GroupTables, type GroupTurn, GroupTurns } from '../group-turns.js';
import { notHandedOut, outOfOrder } from '../group.problems.js';
import type { Delivery } from '../tables/delivery.js';
import { type FailureOutcome, noteFailures } from './failures.js';

/** How a member says that it could not handle events. */
export interface Refusal {
  readonly positions: readonly number[];
  readonly reason: string;
  readonly delayMs?: number;
  readonly park?: boolean;
}

/** Takes what members say of the events that they have. Each request counts whole or not at all. */
@Injectable()
export class Settlements {
  constructor(
    private readonly turns: GroupTurns,
    private readonly database: SqlDatabase,
    private readonly store: EventStore,
  ) {}

  /**
   * @returns how many were not acknowledged before
   * @throws ProblemException
   */
  async acknowledge(
    group: Group,
    member: string,
    actor: string | undefined,
    positions: readonly number[],
  ): Promise<number> {
    const wanted = [...new Set(positions)];
    const partitionOfEach = await this.partitionsIn(group, wanted);
    return this.turns.takeAs(group.name, member, actor, async (turn) => {
      const found = await turn.deliveries.at(wanted);
      const gone = wanted.filter((each) => !found.some(({ position }) => position === each));
      const lost = [
        ...found.filter((each) => !isOf(member, each)).map(({ position }) => position),
        ...(await notSettledBy(member, gone, partitionOfEach, turn)),
      ];
      if (lost.length > 0) throw notHandedOut(lost.sort((one, other) => one - other));
      await assertInOrder(found, turn);
      await turn.deliveries.remove(found.map(({ position }) => position));
      await this.turns.passOn(turn);
      return found.length;
    });
  }

  /** @throws ProblemException */
  refuse(
    group: Group,
    member: string,
    actor: string | undefined,
    { positions, ...refusal }: Refusal,
  ): Promise<readonly FailureOutcome[]> {
    const wanted = [...new Set(positions)];
    return this.turns.takeAs(group.name, member, actor, async (turn) => {
      const found = (await turn.deliveries.at(wanted)).filter((each) => isOf(member, each));
      const lost = wanted.filter((each) => !found.some(({ position }) => position === each));
      if (lost.length > 0) throw notHandedOut(lost.sort((one, other) => one - other));
      const failed = found.map((delivery) => ({ delivery, ...refusal }));
      const { now, deliveries } = turn;
      const outcomes = await noteFailures(failed, turn.group, now, deliveries, this.turns.retry);
      await this.turns.passOn(turn);
      return outcomes;
    });
  }

  /**
   * Whoever has not heard that events were acknowledged says so again. Where they stand in the log tells their partitions, by
   * which it is known whether the member could have done so.
   */
  private async partitionsIn(
    { name, categories, types, partitions }: Group,
    positions: readonly number[],
  ): Promise<ReadonlyMap<number, number>> {
    const { deliveries } = new GroupTables(this.database.read, name);
    // Some may be acknowledged at this moment by the same request, sent again.
    const rows = await deliveries.at(positions);
    const known = new Map(rows.map(({ position, number }) => [position, number]));
    for (const position of positions.filter((each) => !known.has(each))) {
      const at = { after: position - 1, upTo: position, limit: 1, categories, types };
      for await (const { stream } of this.store.readLog(at)) {
        known.set(position, partitionOf(stream, partitions));
      }
    }
    return known;
  }
}

function isOf(member: string, { state, member: holder }: Delivery): boolean {
  return state === 'handed-out' && holder === member;
}

async function notSettledBy(
  member: string,
  gone: readonly number[],
  partitionOfEach: ReadonlyMap<number, number>,
  { partitions, group: { startedAfter } }: GroupTurn,
): Promise<readonly number[]> {
  if (gone.length === 0) return [];
  const all = await partitions.list();
  return gone.filter((position) => {
    const own = all.find(({ number }) => number === partitionOfEach.get(position));
    const isSettled = own?.member === member && position <= own.position;
    return !isSettled || position <= startedAfter;
  });
}

/** @throws ProblemException when an event is left out that comes before another one of its stream. */
async function assertInOrder(
  acknowledged: readonly Delivery[],
  { deliveries }: GroupTurn,
): Promise<void> {
  const positions = new Set(acknowledged.map(({ position }) => position));
  const last = new Map<string, number>();
  for (const { stream, position } of acknowledged) last.set(stream, position);
  for (const { stream, position } of await deliveries.openOf([...last.keys()])) {
    const isBefore = position < (last.get(stream) ?? 0);
    if (isBefore && !positions.has(position)) throw outOfOrder(stream, position);
  }
}
