// @ts-check
// Appends in every way there is, with random pauses, and tells at the end what became of it.
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { SystemClock } from '../../../dist/event-sourcing/context/clock.js';
import { ConcurrencyError } from '../../../dist/event-sourcing/errors/store.errors.js';
import { openEventDatabase } from '../../../dist/event-sourcing/store/typeorm/event-database.js';
import { SeededRandom } from './seeded-random.mjs';
import { startSignal } from './start-signal.mjs';
import { appendUncommitted } from './uncommitted-append.mjs';

/** @import { AppendResult, StreamAppend } from '../../../dist/event-sourcing/store/event-store.js' */
/** @import { NewEvent } from '../../../dist/event-sourcing/store/recorded-event.js' */

class RolledBack extends Error {}

const STREAMS = ['order-1', 'order-2', 'order-3', 'parcel-1', 'parcel-2'];

const { options, name, seed, turns } = JSON.parse(process.argv[2]);
const random = new SeededRandom(seed);
await startSignal();
const dataSource = await new DataSource(options).initialize();
const database = await openEventDatabase(dataSource, new SystemClock());

const report = {
  /** @type {{ id: string, stream: string, revision?: number, position?: number }[]} */
  acknowledged: [],
  /** @type {string[]} */
  refused: [],
  /** @type {string[]} */
  rolledBack: [],
  repetitions: 0,
};
/** @type {{ appends: readonly StreamAppend[], result: AppendResult }[]} */
const accepted = [];

const ways = [
  ...[appendAnywhere, appendAnywhere, appendAnywhere, appendWhereExpected, appendWhereExpected],
  ...[appendToSeveral, appendToSeveral, repeatAnAppend, commitOrRollBack],
];

for (let turn = 0; turn < turns; turn += 1) {
  const chosen = Array.from({ length: random.between(1, 4) }, () => random.pick(ways));
  await Promise.all(chosen.map((way) => way()));
  await pause(random.between(0, 3));
}
await database.close();
await dataSource.destroy();
process.stdout.write(JSON.stringify(report));

async function appendAnywhere() {
  await append([{ stream: random.pick(STREAMS), expectedRevision: 'any', events: events() }]);
}

async function appendWhereExpected() {
  const stream = random.pick(STREAMS);
  const expectedRevision = await database.store.streamRevision(stream);
  await pause(random.between(0, 2));
  await append([{ stream, expectedRevision, events: events() }]);
}

async function appendToSeveral() {
  const first = random.between(0, STREAMS.length - 1);
  const [one, other, checked] = [0, 1, 2].map((nr) => STREAMS[(first + nr) % STREAMS.length]);
  const expectedRevision = await database.store.streamRevision(checked);
  await append([
    { stream: one, expectedRevision: 'any', events: events() },
    { stream: other, expectedRevision: 'any', events: events() },
    { stream: checked, expectedRevision, events: [] },
  ]);
}

async function repeatAnAppend() {
  if (accepted.length === 0) return;
  const { appends, result } = random.pick(accepted);
  const repetition = await database.store.appendToStreams(appends);
  if (JSON.stringify(repetition) !== JSON.stringify({ ...result, repeated: true })) {
    throw new Error(`${JSON.stringify(result)} became ${JSON.stringify(repetition)}`);
  }
  report.repetitions += 1;
}

async function commitOrRollBack() {
  const stream = random.pick(STREAMS);
  const written = events();
  const committing = random.next() < 0.3;
  const transaction = database.transactions.run(async (manager) => {
    await appendUncommitted(manager, stream, written);
    await pause(random.between(0, 2));
    if (!committing) throw new RolledBack();
  });
  await transaction.catch((error) => {
    if (!(error instanceof RolledBack)) throw error;
  });
  if (committing) report.acknowledged.push(...written.map(({ id }) => ({ id, stream })));
  else report.rolledBack.push(...written.map(({ id }) => id));
}

/** @param {readonly StreamAppend[]} appends */
async function append(appends) {
  try {
    const result = await database.store.appendToStreams(appends);
    accepted.push({ appends, result });
    report.acknowledged.push(...result.events);
  } catch (error) {
    if (!(error instanceof ConcurrencyError)) throw error;
    report.refused.push(...appends.flatMap((each) => each.events.map(({ id }) => id)));
  }
}

/** @returns {NewEvent[]} */
function events() {
  return Array.from({ length: random.between(1, 3) }, () => ({
    id: randomUUID(),
    type: random.pick(['thing.made', 'thing.used']),
    version: 1,
    data: { text: 'x'.repeat(random.between(0, 200)) },
    metadata: { actor: name },
  }));
}
