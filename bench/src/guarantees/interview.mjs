import { Child, runJob } from '../child/run-job.mjs';
import { CONTENDERS } from '../contenders/index.mjs';
import { query } from '../machine/databases.mjs';
import { eventTable } from '../oracle/audit.mjs';
import { withClient } from '../machine/postgres-server.mjs';

const FOLLOWABLE = ['hindsight', 'emmett', 'act'];
const WRITERS = 16;
const WRITE_MS = 400;
const CHASE_MS = WRITE_MS + 600;
const SQLITE_LEVELS = ['OFF', 'NORMAL', 'FULL', 'EXTRA'];

/**
 * Finds out by trying what a contender guarantees, on a database of its own.
 * @param tell called with each question and its answer
 */
export async function interview(contender, database, tell) {
  const child = new Child({ contender, database });
  const probe = (question, parameters) => child.run({ kind: 'probe', question, ...parameters });
  try {
    await child.opened();
    tell('creating a stream that exists', await createAgain(probe));
    await provokeRefusals(contender, database, probe);
    tell('positions after refused or rolled back appends', await densityOf(contender, database));
    if (FOLLOWABLE.includes(contender) && database.kind === 'postgres') {
      const answer = await readWhileOthersWrite(database, probe);
      tell('a new event while an unrelated transaction is open', answer);
    }
    if (contender === 'act') {
      const { value } = await probe('pragma', { setting: 'synchronous' });
      tell('durability of its connection', `synchronous=${SQLITE_LEVELS[value]}`);
    }
    tell('8 at once create one stream', await raceToCreate(probe));
    await child.close();
    tell('8 at once append to streams of their own', await writeAtOnce(contender, database));
  } finally {
    child.kill();
  }
}

/** As `interview`, on a database where each event is another one. */
export async function interviewReader(contender, database, tell) {
  tell('a reader behind two writing processes', await follow(contender, database));
}

async function createAgain(probe) {
  const { stored } = await probe('createAgain');
  return stored > 0 ? 'appends to it' : 'is refused';
}

async function raceToCreate(probe) {
  const { wonTwice, failed, races } = await probe('raceToCreate');
  if (wonTwice > 0) return `more than one succeeds in ${wonTwice} of ${races} races`;
  const others = failed > 0 ? `; ${failed} others fail with an error that is no conflict` : '';
  return `one succeeds in each of ${races} races${others}`;
}

/** In a process of its own, as it is not known in what state a race leaves its losers. */
async function writeAtOnce(contender, database) {
  const phases = [{ name: 'all', kind: 'probe', question: 'writeAtOnce' }];
  const { stored, failed } = (await runJob({ contender, database, phases })).all;
  return failed === 0 ? 'all are stored' : `${failed} of ${stored + failed} fail`;
}

/** Has appends refused, and Emmett's also rolled back by an inline projection that throws. */
async function provokeRefusals(contender, database, probe) {
  await probe('refuse');
  if (contender === 'emmett') {
    const phases = [{ name: 'all', kind: 'probe', question: 'writeAtOnce' }];
    await runJob({ contender, database, options: { failingProjection: true }, phases });
  }
  await probe('appendOne');
}

async function densityOf(contender, database) {
  const { name, position } = CONTENDERS[contender].table(database);
  const [{ events, first, last }] = await query(
    database,
    `SELECT count(*) AS events, min(${position}) AS first, max(${position}) AS last FROM ${name}`,
  );
  const holes = Number(last) - Number(first) + 1 - Number(events);
  return holes === 0 ? 'are dense' : `have ${holes} holes among ${events}`;
}

async function readWhileOthersWrite(database, probe) {
  return withClient(database.url, async (other) => {
    const { seen: before } = await probe('readable');
    await other.query('BEGIN');
    await other.query('SELECT pg_current_xact_id()');
    await probe('appendOne');
    const { seen: during } = await probe('readable');
    await other.query('COMMIT');
    return during > before ? 'is read' : 'is not read before that ends';
  });
}

/** Two processes write while a third follows; then what it saw is compared with what is there. */
async function follow(contender, database) {
  if (!FOLLOWABLE.includes(contender)) return 'there is no order of all events to follow';
  if (!CONTENDERS[contender].isConcurrent[database.kind]) return 'not tried: only one can write';
  const children = [1, 2, 3].map(() => new Child({ contender, database }));
  const [reader, ...writing] = children;
  try {
    await Promise.all(children.map((child) => child.opened()));
    const [{ seen }] = await Promise.all([
      reader.run({ kind: 'probe', question: 'chase', ms: CHASE_MS }),
      ...writing.map((child) => child.run({ kind: 'append', writers: WRITERS, ms: WRITE_MS })),
    ]);
    const times = new Map(seen);
    const stored = await query(database, listSql(contender, database));
    const missed = stored.filter(({ event }) => !times.has(event)).length;
    const repeated = stored.filter(({ event }) => times.get(event) > 1).length;
    return `misses ${missed} and repeats ${repeated} of ${stored.length} events`;
  } finally {
    for (const child of children) child.kill();
  }
}

/** Every event as `chase` names it. */
function listSql(contender, database) {
  const { name, account, amount } = eventTable(contender, database);
  return `SELECT ${account} || ' ' || ${amount} AS event FROM ${name}`;
}
