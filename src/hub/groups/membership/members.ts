import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { tooManyMembers } from '../group.problems.js';
import { GroupTurns } from '../group-turns.js';

/** What a member has of a group. */
export interface Membership {
  readonly id: string;
  readonly leaseMs: number;
  /** Those from which it gets something. */
  readonly partitions: readonly number[];
}

/** Who is in a group. */
@Injectable()
export class Members {
  constructor(private readonly turns: GroupTurns) {}

  /** @throws ProblemException */
  join(group: string, actor: string | undefined): Promise<Membership> {
    return this.turns.take(group, async (turn) => {
      const { members, group: joined } = turn;
      const present = await members.list();
      if (present.length >= joined.partitions) throw tooManyMembers(group, present.length);
      const id = randomUUID();
      await members.add(id, actor ?? null, joined.leaseMs);
      await this.turns.share(turn);
      const all = await turn.partitions.list();
      const own = all.filter(({ member, leaving }) => member === id && !leaving);
      return { id, leaseMs: joined.leaseMs, partitions: own.map(({ number }) => number) };
    });
  }

  /** Shows that a member is there. @throws ProblemException */
  async renew(group: string, member: string, actor: string | undefined): Promise<Membership> {
    return this.turns.takeAs(group, member, actor, async ({ partitions, group: { leaseMs } }) => {
      const own = (await partitions.list()).filter((each) => each.member === member);
      const staying = own.filter(({ leaving }) => !leaving).map(({ number }) => number);
      return { id: member, leaseMs, partitions: staying };
    });
  }

  /** Gives back at once what a member has, as untried. Who is none has left already. @throws ProblemException */
  async leave(group: string, member: string, actor: string | undefined): Promise<void> {
    await this.turns.take(group, async (turn) => {
      const { members, partitions, deliveries } = turn;
      const found = await members.find(member);
      if (!found || found.actor !== (actor ?? null)) return;
      const held = await deliveries.handedOutTo(member);
      await deliveries.giveBack(held.map(({ position }) => position));
      await partitions.takeFrom(member);
      await members.remove(member);
      await this.turns.share(turn);
    });
  }
}
