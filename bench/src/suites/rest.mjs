import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { query } from '../machine/databases.mjs';
import { startServer } from '../rest/server-process.mjs';
import { DATABASE_TITLES, inRotation } from './steps.mjs';

const CLIENT = join(import.meta.dirname, '../rest/http-load.mjs');
const CONNECTIONS = 64;
const PATIENCE_MS = 20_000;
const POLL_MS = 50;

export const EMPTY = 'empty endpoint';

/** Workload 7: creating users over HTTP, beside an endpoint that is the same and stores nothing. */
export function rest(context) {
  const { options, settings } = context;
  if (!options.workloads.has('7')) return [];
  const participants = [...options.databases, EMPTY];
  return inRotation(settings.rounds, participants).map(({ round, participant }) => {
    const name = DATABASE_TITLES[participant] ?? participant;
    return {
      label: `POST /api/v1/users · ${name} · round ${round} of ${settings.rounds}`,
      run: () =>
        participant === EMPTY
          ? runEmpty(context, round)
          : runHindsight(context, participant, round),
    };
  });
}

async function runEmpty(context, round) {
  const server = await startServer('empty');
  try {
    const { result } = await post(context, server);
    // The endpoint needs no database: its figure stands beside those of both.
    for (const kind of context.options.databases) {
      add(context, { database: kind, contender: EMPTY, round, result, problems: refusals(result) });
    }
  } finally {
    await server.stop();
  }
}

async function runHindsight(context, kind, round) {
  const { databases } = context;
  await databases.using(kind, await databases.hub(kind), async (database) => {
    const server = await startServer('hindsight', database.url);
    try {
      const { result, created } = await post(context, server);
      const problems = [...refusals(result), ...(await wrongIn(database, created))];
      add(context, { database: kind, contender: 'hindsight', round, result, problems });
    } finally {
      await server.stop();
    }
  });
}

/** @returns the measurement, and how many users were created in all */
async function post({ settings }, { host, port }) {
  const client = fork(CLIENT);
  try {
    const load = async (ms) => {
      client.send({ host, port, connections: CONNECTIONS, ms });
      const [{ result, error }] = await once(client, 'message');
      if (error) throw new Error(`The HTTP client failed: ${error}`);
      return result;
    };
    const warmUp = await load(settings.warmUpMs * 2);
    const result = await load(settings.judgedMs);
    return { result, created: warmUp.created + result.created };
  } finally {
    client.kill();
  }
}

function refusals({ refused }) {
  return refused > 0 ? [`${refused} requests were not answered with 201`] : [];
}

/** A user is three events: its own and those of the two reservations. The list of users has to catch up. */
async function wrongIn(database, created) {
  const [facts] = await query(
    database,
    `SELECT count(*) AS events, count(DISTINCT position) AS positions, max(position) AS head,
            sum(CASE type WHEN 'user.created' THEN 1 ELSE 0 END) AS users,
            sum(CASE WHEN type IN ('username.reserved', 'email.reserved') THEN 1 ELSE 0 END) AS reservations
       FROM hub_events`,
  );
  const problems = [];
  const expect = (what, found, expected) => {
    if (Number(found) !== expected) problems.push(`there are ${found} ${what}, not ${expected}`);
  };
  expect('users in the log', facts.users, created);
  expect('reservations in the log', facts.reservations, 2 * created);
  expect('events in the log', facts.events, 3 * created);
  expect('different positions', facts.positions, 3 * created);
  expect('positions up to the head', facts.head, 3 * created);
  expect('users in the list', await listed(database, created), created);
  return problems;
}

async function listed(database, expected) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const [{ count }] = await query(database, 'SELECT count(*) AS count FROM user_list');
    if (Number(count) >= expected || Date.now() > end) return Number(count);
    await delay(POLL_MS);
  }
}

function add({ measurements }, { database, contender, round, result, problems }) {
  const { perSecond: value, p50, p99 } = result;
  const variant = `${CONNECTIONS} connections`;
  measurements.add({
    ...{ workload: '7', database, contender, variant, round, unit: 'requests/s' },
    ...{ value, p50, p99, problems },
  });
}
