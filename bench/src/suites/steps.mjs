import { CONTENDERS } from '../contenders/index.mjs';

export const DATABASE_TITLES = { postgres: 'PostgreSQL', sqlite: 'SQLite' };

/** In every round all take part, and each round begins with another one, so that none always runs first. */
export function inRotation(rounds, participants) {
  return Array.from({ length: rounds }, (_, round) => {
    const first = round % participants.length;
    const order = [...participants.slice(first), ...participants.slice(0, first)];
    return order.map((participant) => ({ round: round + 1, participant }));
  }).flat();
}

/** The label of a step in the progress. */
export function labelOf(what, kind, contender, round, rounds) {
  const name = CONTENDERS[contender]?.title ?? contender;
  return `${what} · ${DATABASE_TITLES[kind]} · ${name} · round ${round} of ${rounds}`;
}
