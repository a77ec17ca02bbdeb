import { Injectable } from '@nestjs/common';
import {
  EventStore,
  Random,
  type RecordedEvent,
  SqlDatabase,
} from '../../../event-sourcing/index.js';
import type { Group } from '../definition/group.js';
import { partitionOf } from '../definition/partition-of.js';
import { GroupTables, type GroupTurn, GroupTurns } from '../group-turns.js';
import { tooManyInFlight } from '../group.problems.js';
import type { Delivery } from '../tables/delivery.js';
import { GroupBells } from './group-bells.js';
import { GroupWindows } from './group-windows.js';
import type { LogPart } from './log-part.js';
import { type DeliveryPlan, planDeliveries, type Situation } from './plan-deliveries.js';
import { nextParts, partitionsOf, situationOf } from './situation.js';

/** An event that a member gets. */
export interface HandedOut {
  readonly event: RecordedEvent;
  readonly partition: number;
  /** From 1. */
  readonly attempt: number;
}

export interface DeliveryRequest {
  readonly limit: number;
  readonly waitMs: number;
  /** Whoever asks has hung up. */
  readonly signal: AbortSignal;
  /** Whether the one who asks may still have something, after a while. */
  readonly mayGoOn: () => Promise<boolean>;
}

/** What is written by other processes is looked for so often. */
const LOOK_MS = 200;
/** A member that waits must come back before its lease runs out. */
const LONGEST_WAIT_OF_LEASE = 0.5;
const MOST_CHARACTERS = 4 * 1024 * 1024;
const MOST_WAITING = 256;
const MOST_PARKED = 10_000;
/** Without anything that is wanted, partitions are moved on this far at a time. */
const WORTH_A_WRITE = 1_000;

/** Hands out the events of a group to its members. */
@Injectable()
export class Deliveries {
  constructor(
    private readonly turns: GroupTurns,
    private readonly database: SqlDatabase,
    private readonly store: EventStore,
    private readonly windows: GroupWindows,
    private readonly bells: GroupBells,
    private readonly random: Random,
  ) {}

  /**
   * The next events for a member, as soon as there are some, or none after a while. It renews its lease when it begins.
   * @throws ProblemException
   */
  async next(
    group: Group,
    member: string,
    actor: string | undefined,
    { limit, waitMs, signal, mayGoOn }: DeliveryRequest,
  ): Promise<readonly HandedOut[]> {
    const patienceMs = Math.min(waitMs, group.leaseMs * LONGEST_WAIT_OF_LEASE);
    const endsAt = performance.now() + patienceMs;
    let found = await this.handOut(group, member, actor, limit);
    for (;;) {
      const leftMs = endsAt - performance.now();
      if (found.length > 0 || leftMs <= 0 || signal.aborted || this.bells.isOver) return found;
      await this.bells.wait(group.name, Math.min(leftMs, LOOK_MS), signal);
      if (signal.aborted || !(await this.isThereSomething(group, member, limit))) continue;
      if (!(await mayGoOn())) return [];
      found = await this.handOut(group, member, actor, limit);
    }
  }

  private async handOut(
    group: Group,
    member: string,
    actor: string | undefined,
    limit: number,
  ): Promise<readonly HandedOut[]> {
    const seen = await partitionsOf(member, new GroupTables(this.database.read, group.name));
    const parts = await nextParts(seen, this.windows.of(group), this.random);
    const plan = await this.turns.takeAs(group.name, member, actor, async (turn) => {
      const partitions = await partitionsOf(member, turn);
      const { now } = turn;
      const situation = await situationOf(member, group, partitions, parts, now, limit, turn);
      if (situation.held.length >= group.maxInFlight) throw tooManyInFlight(group.maxInFlight);
      const planned = this.plan(group, situation, parts, limit);
      await write(planned, member, turn);
      return planned;
    });
    return this.withEvents(group, plan);
  }

  /** Looks, without a lock, whether it is worth taking a turn. */
  private async isThereSomething(group: Group, member: string, limit: number): Promise<boolean> {
    const tables = new GroupTables(this.database.read, group.name);
    if ((await tables.members.expired()).length > 0) return true;
    if ((await tables.deliveries.overdue(1)).length > 0) return true;
    const partitions = await partitionsOf(member, tables);
    const parts = await nextParts(partitions, this.windows.of(group), this.random);
    const now = await tables.members.now();
    const situation = await situationOf(member, group, partitions, parts, now, limit, tables);
    const { taken, added, advanced } = this.plan(group, situation, parts, limit);
    return (
      taken.length > 0 ||
      added.length > 0 ||
      partitions.some(
        ({ number, position }) => (advanced.get(number) ?? 0) - position > WORTH_A_WRITE,
      )
    );
  }

  private plan(
    { maxInFlight, partitions }: Group,
    situation: Situation,
    parts: readonly LogPart[],
    limit: number,
  ): DeliveryPlan {
    const limits = {
      room: Math.min(limit, maxInFlight - situation.held.length),
      maxSize: MOST_CHARACTERS,
      maxWaiting: MOST_WAITING,
      maxParked: MOST_PARKED,
    };
    return planDeliveries(situation, parts, limits, (stream) => partitionOf(stream, partitions));
  }

  /** By position. */
  private async withEvents(
    group: Group,
    { taken, added }: DeliveryPlan,
  ): Promise<readonly HandedOut[]> {
    const window = this.windows.of(group);
    const found: HandedOut[] = [];
    for (const { position, eventId, number, attempts } of taken) {
      const event = window.find(position) ?? (await this.store.findEvent(eventId));
      // The log keeps what it has; only a log that was replaced lacks it.
      if (event) found.push({ event, partition: number, attempt: attempts + 1 });
    }
    const fresh = added.filter(({ state }) => state === 'handed-out');
    return [
      ...found,
      ...fresh.map(({ event, number }) => ({ event, partition: number, attempt: 1 })),
    ].sort((one, other) => one.event.position - other.event.position);
  }
}

async function write(
  { taken, added, advanced }: DeliveryPlan,
  member: string,
  { group, now, deliveries, partitions }: GroupTurn,
): Promise<void> {
  const dueAt = now + group.ackTimeoutMs;
  const positions = taken.map(({ position }) => position);
  await deliveries.handOut(positions, member, dueAt);
  const rows = added.map(({ event, number, size, state }): Delivery => {
    const isOut = state === 'handed-out';
    return {
      position: event.position,
      number,
      stream: event.stream,
      eventId: event.id,
      size,
      state,
      member: isOut ? member : null,
      dueAt: isOut ? dueAt : 0,
      attempts: 0,
      alone: false,
      error: null,
      firstFailedAt: null,
      lastFailedAt: null,
    };
  });
  await deliveries.add(rows);
  await partitions.advance(advanced);
}
