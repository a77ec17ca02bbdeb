import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { query } from '../machine/databases.mjs';
import { startServer } from '../rest/server-process.mjs';
import { inRotation } from './steps.mjs';

const CLIENT = join(import.meta.dirname, '../rest/http-load.mjs');
const CONNECTIONS = 64;
const PATIENCE_MS = 20_000;
const POLL_MS = 50;

const EMPTY = 'empty';

/**
 * Workload 7: creating users over HTTP, beside an endpoint that is the same and stores nothing. The servers run side by
 * side, each idle while another one is measured: a server that has just started measures the compiler.
 */
export function rest(context) {
  if (!context.options.workloads.has('7')) return [];
  return [{ label: 'POST /api/v1/users · all rounds', run: () => run(context) }];
}

async function run(context) {
  const { databases, options, settings } = context;
  const servers = [];
  const closing = [];
  try {
    for (const kind of [...options.databases, EMPTY]) {
      const database = kind === EMPTY ? undefined : await opened(databases, kind, closing);
      const server = await startServer(database ? 'hindsight' : EMPTY, database?.url);
      closing.push(() => server.stop());
      const client = fork(CLIENT);
      closing.push(() => client.kill());
      servers.push({ kind, database, server, client, created: 0 });
    }
    for (const each of servers) await post(each, settings.serverWarmUpMs);
    for (const { round, participant } of inRotation(settings.rounds, servers)) {
      add(context, participant, round, await post(participant, settings.judgedMs));
    }
  } finally {
    for (const close of closing.toReversed()) await close();
  }
}

async function opened(databases, kind, closing) {
  const database = await databases.create(kind, await databases.hub(kind));
  closing.push(() => databases.drop(database));
  return database;
}

/** Has the server create users, and checks all it has created so far. */
async function post(target, ms) {
  const { client, server, database } = target;
  const { host, port } = server;
  client.send({ host, port, connections: CONNECTIONS, ms });
  const [{ result, error }] = await once(client, 'message');
  if (error) throw new Error(`The HTTP client failed: ${error}`);
  target.created += result.created;
  const wrong = database ? await wrongIn(database, target.created) : [];
  return { result, problems: [...refusals(result), ...wrong] };
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

/** The endpoint needs no database: its figure stands beside those of both. */
function add({ measurements, options }, { kind }, round, { result, problems }) {
  const { perSecond: value, p50, p99 } = result;
  const variant = `${CONNECTIONS} connections`;
  const contender = kind === EMPTY ? EMPTY : 'hindsight';
  for (const database of kind === EMPTY ? options.databases : [kind]) {
    measurements.add({
      ...{ workload: '7', database, contender, variant, round, unit: 'requests/s' },
      ...{ value, p50, p99, problems },
    });
  }
}
