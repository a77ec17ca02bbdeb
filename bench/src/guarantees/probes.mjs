import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

const STREAMS = 20;
const RACERS = 8;
const POLL_MS = 2;

/* What a contender does when it matters, tried rather than taken from its documentation. The answers are counts. */

/** Creates a stream that is there already. */
async function createAgain(driver) {
  const id = randomUUID();
  await driver.append(id, 0, [1]);
  return count([await outcomeOf(driver, () => driver.append(id, 0, [1]))]);
}

/** Lets eight create the same stream at the same time, twenty times. */
async function raceToCreate(driver) {
  const races = Array.from({ length: STREAMS }, () => randomUUID());
  const outcomes = [];
  let wonTwice = 0;
  for (const id of races) {
    const racers = Array.from({ length: RACERS }, () =>
      outcomeOf(driver, () => driver.append(id, 0, [1])),
    );
    const results = await Promise.all(racers);
    if (results.filter((outcome) => outcome === 'stored').length > 1) wonTwice += 1;
    outcomes.push(...results);
  }
  return { ...count(outcomes), races: races.length, wonTwice };
}

/** Has eight writers append at the same time, always to new streams. */
async function writeAtOnce(driver) {
  const writer = async () => {
    const outcomes = [];
    for (let nr = 0; nr < STREAMS; nr++) {
      outcomes.push(await outcomeOf(driver, () => driver.append(randomUUID(), 0, [1])));
    }
    return outcomes;
  };
  return count((await Promise.all(Array.from({ length: RACERS }, writer))).flat());
}

/** Alternates appends that are stored with appends that are refused, or else rolled back. */
async function refuse(driver) {
  const outcomes = [];
  for (let nr = 0; nr < STREAMS; nr++) {
    const id = randomUUID();
    await driver.append(id, 0, [1]);
    await driver.append(id, 1, [2]);
    outcomes.push(await outcomeOf(driver, () => driver.append(id, 1, [2])));
  }
  return count(outcomes);
}

/** Reads the log, and follows it from there, always from behind the last event it has seen, until the time is over. */
async function chase(driver, { ms }) {
  const times = new Map();
  const see = ({ data: { account, amount } }) => {
    const event = `${account} ${amount}`;
    times.set(event, (times.get(event) ?? 0) + 1);
  };
  const end = Date.now() + ms;
  let position = driver.beginning;
  while (Date.now() < end) {
    position = await driver.readAfter(position, see);
    await delay(POLL_MS);
  }
  return { seen: [...times] };
}

/** Reads the whole log. */
async function readable(driver) {
  let seen = 0;
  await driver.readAfter(driver.beginning, () => (seen += 1));
  return { seen };
}

async function pragma(driver, { setting }) {
  return { value: await driver.pragma(setting) };
}

async function appendOne(driver) {
  await driver.append(randomUUID(), 0, [1]);
  return {};
}

async function outcomeOf(driver, append) {
  try {
    await append();
    return 'stored';
  } catch (error) {
    return driver.isConflict(error) ? 'refused' : 'failed';
  }
}

function count(outcomes) {
  const of = (wanted) => outcomes.filter((outcome) => outcome === wanted).length;
  return { stored: of('stored'), refused: of('refused'), failed: of('failed') };
}

const PROBES = {
  createAgain,
  raceToCreate,
  writeAtOnce,
  refuse,
  chase,
  readable,
  pragma,
  appendOne,
};

export function probe(driver, { question, ...parameters }) {
  return PROBES[question](driver, parameters);
}
