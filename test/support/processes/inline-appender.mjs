// @ts-check
// Appends in every way there is, with two inline projections or without, and tells what became of each append.
import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../../dist/config/data-source-options.js';
import { parseDatabaseUrl } from '../../../dist/config/database-url.js';
import {
  aggregateIdOf,
  ConcurrencyError,
  DomainEvent,
  EventRefusedError,
  EventSourcingModule,
  EventStore,
  On,
  Processors,
  Projection,
  StoreUnavailableError,
} from '../../../dist/event-sourcing/index.js';
import { SeededRandom } from './seeded-random.mjs';

/** @import { ProjectionContext, StreamAppend } from '../../../dist/event-sourcing/index.js' */

/** What the projections fail at. */
const POISON = 13;
const CLIENTS = 8;
const STREAMS = Array.from({ length: 6 }, (_, nr) => `counter-${nr}`);

const { url, seed, projects, poisons, leaseMs } = JSON.parse(process.argv[2]);
const random = new SeededRandom(seed);
let freezes = false;

class CounterStarted {}
DomainEvent('counter.started')(CounterStarted);
class CounterIncreased {
  by = 0;
}
DomainEvent('counter.increased')(CounterIncreased);

class Totals {
  /**
   * @param {CounterStarted & { label: string }} event
   * @param {ProjectionContext} context
   */
  async started({ label }, { envelope: { stream, position }, manager }) {
    await manager.query(
      `INSERT INTO counter_totals (id, label, total, position) VALUES ('${aggregateIdOf(stream)}', '${label}', 0, ${position})`,
    );
  }

  /**
   * @param {CounterIncreased} event
   * @param {ProjectionContext} context
   */
  async increased({ by }, { envelope: { stream, position }, manager }) {
    await manager.query(
      `UPDATE counter_totals SET total = total + ${by}, position = ${position} WHERE id = '${aggregateIdOf(stream)}'`,
    );
    if (by === POISON) throw new Error('Thirteen!');
    if (freezes) {
      freezes = false;
      process.kill(process.pid, 'SIGSTOP');
    }
  }
}
declareOn(Totals, 'started', CounterStarted);
declareOn(Totals, 'increased', CounterIncreased);
Projection({ name: 'totals', version: 1, lifecycle: 'inline' })(Totals);

class Seen {
  /**
   * @param {CounterStarted | CounterIncreased} event
   * @param {ProjectionContext} context
   */
  async see(event, { envelope: { position }, manager }) {
    await manager.query(`INSERT INTO effects (processor, position) VALUES ('seen', ${position})`);
  }
}
declareOn(Seen, 'see', CounterStarted, CounterIncreased);
Projection({ name: 'seen', version: 1, lifecycle: 'inline' })(Seen);

class Appender {}
Module({
  imports: [
    TypeOrmModule.forRoot({ ...dataSourceOptions(parseDatabaseUrl(url)), retryAttempts: 0 }),
    EventSourcingModule.forRoot({ processing: { leaseMs } }),
  ],
  providers: projects ? [Totals, Seen] : [],
})(Appender);

const app = await NestFactory.createApplicationContext(Appender, { logger: false });
const store = app.get(EventStore);
const reader = await new DataSource(dataSourceOptions(parseDatabaseUrl(url))).initialize();

let isResting = true;
/** @type {Promise<unknown>} */
let clients = Promise.resolve();
process.on('message', (order) => void obey(String(order)).then(tellDone, scandal));
// A parent that has failed leaves nobody behind.
process.on('disconnect', () => process.exit(1));
tell({ ready: true });

/** @param {string} order */
async function obey(order) {
  if (order === 'append') {
    isResting = false;
    clients = Promise.all(Array.from({ length: CLIENTS }, keepAppending));
  }
  if (order === 'rest') {
    isResting = true;
    await clients;
  }
  if (order === 'append once') await append([increaseOf(STREAMS[0], 1)]);
  if (order === 'freeze') freezes = true;
  if (order === 'catch up') {
    for (const name of ['totals', 'seen']) {
      if (!(await app.get(Processors).caughtUp(name, 10_000)))
        throw new Error(
          `${name} is behind: ${JSON.stringify(await app.get(Processors).statuses())}`,
        );
    }
  }
}

async function keepAppending() {
  while (!isResting) {
    const stream = random.pick(STREAMS);
    const way = random.next();
    if (way < 0.1) await append([startOf(stream)]);
    else if (way < 0.2) await appendTwice([increaseOf(stream, random.between(1, 9))]);
    else if (way < 0.3 && poisons) await append([increaseOf(stream, random.between(1, 9), POISON)]);
    else if (way < 0.4) await append(increasesOfTwo());
    else if (way < 0.5)
      await append([
        { stream: 'other-1', expectedRevision: 'any', events: [event('other.thing', {})] },
      ]);
    else await append([increaseOf(stream, random.between(1, 9))]);
    if (random.next() < 0.2) await pause(random.between(0, 3));
  }
}

/** @param {readonly StreamAppend[]} appends */
async function appendTwice(appends) {
  await append(appends);
  await append(appends);
}

/** @param {readonly StreamAppend[]} appends */
async function append(appends) {
  const ids = appends.flatMap(({ events }) => events.map(({ id }) => id));
  try {
    const { events } = await store.appendToStreams(appends);
    tell({ accepted: ids });
    if (projects) tell({ isFresh: await isThere(events) });
  } catch (error) {
    if (error instanceof ConcurrencyError || error instanceof EventRefusedError)
      tell({ refused: ids });
    else if (error instanceof StoreUnavailableError) tell({ unknown: ids });
    else scandal(error);
  }
}

/** @param {readonly { stream: string, position: number }[]} events */
async function isThere(events) {
  const last = events.findLast(({ stream }) => stream.startsWith('counter-'));
  if (!last) return true;
  const rows = await reader.query(
    `SELECT position FROM counter_totals WHERE id = '${aggregateIdOf(last.stream)}' AND position >= ${last.position}`,
  );
  return rows.length > 0;
}

/** @param {string} stream @returns {StreamAppend} */
function startOf(stream) {
  const events = [event('counter.started', { label: 'visits' })];
  return { stream, expectedRevision: 'none', events };
}

/** @param {string} stream @param {number[]} by @returns {StreamAppend} */
function increaseOf(stream, ...by) {
  const events = by.map((each) => event('counter.increased', { by: each }));
  return { stream, expectedRevision: 'exists', events };
}

function increasesOfTwo() {
  const nr = random.between(1, STREAMS.length - 1);
  return [increaseOf(STREAMS[nr], 1), increaseOf(STREAMS[nr - 1], 2)];
}

/** @param {string} type @param {{ [key: string]: string | number }} data */
function event(type, data) {
  return { id: randomUUID(), type, version: 1, data };
}

/** @param {object} news */
function tell(news) {
  process.send?.(news);
}

function tellDone() {
  tell({ done: true });
}

/** @param {unknown} error */
function scandal(error) {
  tell({ scandal: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}

/** @param {new () => object} target @param {string} method @param {...(new () => object)} events */
function declareOn({ prototype }, method, ...events) {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, method);
  On(/** @type {any} */ (events[0]), ...events.slice(1))(
    prototype,
    method,
    /** @type {any} */ (descriptor),
  );
}
