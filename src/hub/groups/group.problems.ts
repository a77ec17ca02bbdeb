import { ProblemException } from '../../common/problem/problem.exception.js';

export function groupNotFound(name: string): ProblemException {
  return new ProblemException({
    status: 404,
    code: 'group-not-found',
    detail: `There is no consumer group "${name}". Create it with PUT.`,
  });
}

export function groupDiffers(name: string): ProblemException {
  return new ProblemException({
    status: 409,
    code: 'group-differs',
    detail: `The consumer group "${name}" is another one, and groups never change. Delete it first, or take a new name.`,
  });
}

export function tooManyGroups(most: number): ProblemException {
  return new ProblemException({
    status: 409,
    code: 'too-many-groups',
    detail: `There are ${most} consumer groups, which are the most there may be. Delete one first.`,
  });
}

export function tooManyMembers(name: string, most: number): ProblemException {
  return new ProblemException({
    status: 409,
    code: 'too-many-members',
    detail: `The consumer group "${name}" has ${most} members, as many as partitions: another one would get nothing.`,
  });
}

/** For a member that is none, or no longer. */
export function leaseLost(group: string, member: string): ProblemException {
  return new ProblemException({
    status: 409,
    code: 'lease-lost',
    detail:
      `"${member}" is no member of the consumer group "${group}": its lease has run out, or it has left. What it had goes ` +
      'to others. Stop working on it, and join again.',
  });
}

/** For events that a member says something of and does not have. */
export function notHandedOut(positions: readonly number[]): ProblemException {
  return new ProblemException({
    status: 409,
    code: 'not-handed-out',
    detail:
      `Nothing was changed, as you do not have the events at ${listed(positions)}: they were not handed out to you, it took ` +
      'too long, or their partition went to another member. Leave them alone, and send the rest again.',
    extensions: { positions },
  });
}

/** For events that were acknowledged before earlier ones of their stream. */
export function outOfOrder(stream: string, earlier: number): ProblemException {
  return new ProblemException({
    status: 409,
    code: 'out-of-order',
    detail: `Nothing was changed, as the event at ${earlier} of the stream "${stream}" comes first, and is not acknowledged.`,
    extensions: { positions: [earlier] },
  });
}

export function tooManyInFlight(most: number): ProblemException {
  return new ProblemException({
    status: 409,
    code: 'too-many-in-flight',
    detail: `You have ${most} events, which are the most you may have. Acknowledge some before you ask for more.`,
  });
}

export function parkedDeliveryNotFound(group: string, what: string): ProblemException {
  return new ProblemException({
    status: 404,
    code: 'parked-event-not-found',
    detail: `The consumer group "${group}" has not parked ${what}.`,
  });
}

const MOST_IN_A_SENTENCE = 10;

function listed(positions: readonly number[]): string {
  const named = positions.slice(0, MOST_IN_A_SENTENCE).join(', ');
  const left = positions.length - MOST_IN_A_SENTENCE;
  return left > 0 ? `${named} and ${left} more` : named;
}
