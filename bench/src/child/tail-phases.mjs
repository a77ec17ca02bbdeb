import { setTimeout as delay } from 'node:timers/promises';
import { percentiles } from './measure.mjs';
import { freeId } from './payload.mjs';
import { seededRandom } from './zipf.mjs';

/*
 * Workload 5: how long after its append was called a subscriber sees an event. The subscriber's process starts to
 * follow, the same or another one publishes, then the first says what it saw, and when.
 */

const PATIENCE_MS = 20_000;
const POLL_MS = 5;
const KNOCK_MS = 20;

/** The system's monotonic clock in milliseconds: the same in every process of the machine. */
const clock = () => Number(process.hrtime.bigint()) / 1e6;

let follower;
const arrivals = new Map();

/** Starts a subscriber. It follows when it has seen the first of the events of amount 0. */
export async function follow(driver) {
  arrivals.clear();
  follower = await driver.follow((amount) => {
    arrivals.set(amount, [...(arrivals.get(amount) ?? []), clock()]);
  });
  while (!arrivals.has(0)) {
    await follower.append(freeId(), 0);
    driver.acknowledged += 1;
    await delay(KNOCK_MS);
  }
  return {};
}

/**
 * Appends events of the amounts from `first` on, one at a time and at irregular intervals, so that they do not fall
 * into step with a subscriber that polls. @returns when each append was called
 */
export async function publish(driver, { first, events, seed }) {
  const random = seededRandom(seed);
  // A process that follows publishes as its applications do, so that its subscriber can hear of it at once.
  const append = follower?.append ?? ((id, amount) => driver.append(id, 0, [amount]));
  const sent = [];
  for (let amount = first; amount < first + events; amount++) {
    await delay(2 + random() * 10);
    sent.push(clock());
    await append(freeId(), amount);
    if (follower) driver.acknowledged += 1;
  }
  return { sent };
}

/** Waits until everything has been seen, and ends the subscriber. */
export async function conclude(_, { first, sent }) {
  const seen = () => sent.map((_, nr) => arrivals.get(first + nr) ?? []);
  const end = clock() + PATIENCE_MS;
  while (seen().some((times) => times.length === 0) && clock() < end) await delay(POLL_MS);
  await follower.stop();
  follower = undefined;
  const missed = seen().filter((times) => times.length === 0).length;
  const repeated = seen().filter((times) => times.length > 1).length;
  const problems = [
    ...(missed > 0 ? [`the subscriber missed ${missed} of ${sent.length} events`] : []),
    ...(repeated > 0 ? [`the subscriber saw ${repeated} events more than once`] : []),
  ];
  return { ...percentiles(seen().map(([time], nr) => time - sent[nr])), problems };
}
