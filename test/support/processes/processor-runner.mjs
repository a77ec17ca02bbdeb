// @ts-check
// Runs the processor `increases` until it is ended, and stands still where its parent says.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { dataSourceOptions } from '../../../dist/config/data-source-options.js';
import { parseDatabaseUrl } from '../../../dist/config/database-url.js';
import {
  DomainEvent,
  EventSourcingModule,
  EventStore,
  Processor,
} from '../../../dist/event-sourcing/index.js';

const { url, leaseMs } = JSON.parse(process.argv[2]);
let place = '';
process.on('message', (message) => {
  place = String(message);
  process.send?.('understood');
});

/** @param {string} here */
function standStillAt(here) {
  if (place !== here) return;
  place = '';
  process.kill(process.pid, 'SIGSTOP');
}

class CounterIncreased {}
DomainEvent('counter.increased')(CounterIncreased);

class Increases extends Processor {
  name = 'increases';
  eventTypes = ['counter.increased'];

  /**
   * @param {import('../../../dist/event-sourcing/index.js').EventEnvelope} envelope
   * @param {import('typeorm').EntityManager} manager
   */
  async handle({ position }, manager) {
    await manager.query(
      `INSERT INTO effects (processor, position) VALUES ('${this.name}', ${position})`,
    );
    standStillAt('inside a batch');
  }
}

class Runner {}
Module({
  imports: [
    TypeOrmModule.forRoot({ ...dataSourceOptions(parseDatabaseUrl(url)), retryAttempts: 0 }),
    EventSourcingModule.forRoot({ processing: { leaseMs } }),
  ],
  providers: [Increases],
})(Runner);

const app = await NestFactory.createApplicationContext(Runner, { logger: ['error', 'fatal'] });
const store = app.get(EventStore);
const readLog = store.readLog.bind(store);
store.readLog = async function* (options) {
  const events = [];
  for await (const event of readLog(options)) events.push(event);
  if (events.length > 0) standStillAt('before a batch');
  yield* events;
};
process.send?.('ready');
