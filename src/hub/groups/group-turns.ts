import { Injectable } from '@nestjs/common';
import { Random, RetryPolicy, type Sql, SqlDatabase } from '../../event-sourcing/index.js';
import type { Group } from './definition/group.js';
import { GroupBells } from './delivering/group-bells.js';
import { groupNotFound, leaseLost } from './group.problems.js';
import { balance } from './membership/balance.js';
import { noteFailures } from './settling/failures.js';
import { DeliveryTable } from './tables/delivery.table.js';
import { GroupTable } from './tables/group.table.js';
import { MemberTable } from './tables/member.table.js';
import { PartitionTable } from './tables/partition.table.js';

/** A hub that stands still with a group in its hands keeps others from it no longer. */
const SILENCE_MS = 5_000;
/** What is overdue beyond that waits for the next turn. */
const MOST_OVERDUE = 1_000;
const PAUSES = { firstDelayMs: 500, maxDelayMs: 60_000 };

/** The tables of one group. */
export class GroupTables {
  readonly members: MemberTable;
  readonly partitions: PartitionTable;
  readonly deliveries: DeliveryTable;

  constructor(sql: Sql, group: string) {
    this.members = new MemberTable(sql, group);
    this.partitions = new PartitionTable(sql, group);
    this.deliveries = new DeliveryTable(sql, group);
  }
}

/** A group in one's hands: nobody else changes anything of it meanwhile. */
export interface GroupTurn extends GroupTables {
  readonly group: Group;
  /** By the database's clock. */
  readonly now: number;
  readonly sql: Sql;
}

/**
 * Whatever changes something of a group takes a turn, one after the other in all processes. A turn begins with what time
 * has brought about: members whose lease has run out are none any more, and what should be settled by now has failed. So
 * nobody who comes too late is still taken for what he was.
 */
@Injectable()
export class GroupTurns {
  readonly retry: RetryPolicy;

  constructor(
    private readonly database: SqlDatabase,
    private readonly bells: GroupBells,
    random: Random,
  ) {
    this.retry = new RetryPolicy(random, PAUSES);
  }

  /** @throws ProblemException when there is no such group, or what the work throws: then nothing has changed. */
  async take<T>(name: string, work: (turn: GroupTurn) => Promise<T>): Promise<T> {
    const result = await this.database.write(async (sql) => {
      const breakOff = this.database.breakingOffAfter(SILENCE_MS);
      const locked = await new GroupTable(sql).lock(name, breakOff);
      if (!locked) throw groupNotFound(name);
      const turn: GroupTurn = { ...locked, sql, ...new GroupTables(sql, name) };
      await this.passTime(turn);
      return work(turn);
    });
    this.bells.ring(name);
    return result;
  }

  /**
   * The same as one of its members, whose lease it renews.
   * @throws ProblemException when it is none, or no longer.
   */
  takeAs<T>(
    name: string,
    member: string,
    actor: string | undefined,
    work: (turn: GroupTurn) => Promise<T>,
  ): Promise<T> {
    return this.take(name, async (turn) => {
      const found = await turn.members.find(member);
      if (!found || found.actor !== (actor ?? null)) throw leaseLost(name, member);
      await turn.members.renew(member, turn.group.leaseMs);
      return work(turn);
    });
  }

  /** Shares the partitions out anew, as far as something has changed. */
  async share({ members, partitions, deliveries }: GroupTurn): Promise<void> {
    const ids = (await members.list()).map(({ id }) => id);
    const busy = await deliveries.busyPartitions();
    for (const each of balance(await partitions.list(), ids, busy)) await partitions.assign(each);
  }

  /** Passes on the partitions that were left meanwhile, if any is to be left at all. */
  async passOn(turn: GroupTurn): Promise<void> {
    const partitions = await turn.partitions.list();
    if (partitions.some(({ leaving }) => leaving)) await this.share(turn);
  }

  private async passTime(turn: GroupTurn): Promise<void> {
    const { group, now, members, deliveries } = turn;
    const expired = await members.expired();
    for (const member of expired) await this.lose(turn, member);
    const overdue = await deliveries.overdue(MOST_OVERDUE);
    const reason = `It was not settled within ${group.ackTimeoutMs} ms.`;
    const failed = overdue.map((delivery) => ({ delivery, reason }));
    await noteFailures(failed, group, now, deliveries, this.retry);
    if (expired.length > 0 || overdue.length > 0) await this.share(turn);
  }

  /**
   * One event that a member was lost with may have been the end of it, which counts as a failure. Of several nobody knows
   * which: they are handed out one by one from then on.
   */
  private async lose(turn: GroupTurn, member: string): Promise<void> {
    const { group, now, members, partitions, deliveries } = turn;
    const held = await deliveries.handedOutTo(member);
    if (held.length === 1) {
      const failed = [{ delivery: held[0], reason: 'The member that had it was lost.' }];
      await noteFailures(failed, group, now, deliveries, this.retry);
    } else {
      const positions = held.map(({ position }) => position);
      await deliveries.giveBack(positions, true);
    }
    await partitions.takeFrom(member);
    await members.remove(member);
  }
}
