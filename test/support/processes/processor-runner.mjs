// @ts-check
// Runs processors until it is ended, and stands still, or dies, where its parent says.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { dataSourceOptions } from '../../../dist/config/data-source-options.js';
import { parseDatabaseUrl } from '../../../dist/config/database-url.js';
import {
  EventSourcingModule,
  EventStore,
  ParkedEvents,
  TransactionRunner,
} from '../../../dist/event-sourcing/index.js';
import { obey, pass, passInTransactions, passOnWrites } from './places.mjs';
import { providersOf } from './processors-to-run.mjs';

/** @type {import('../processor-process.js').RunnerInput} */
const { url, processing, ...toRun } = JSON.parse(process.argv[2]);

class Runner {}
Module({
  imports: [
    TypeOrmModule.forRoot({ ...dataSourceOptions(parseDatabaseUrl(url)), retryAttempts: 0 }),
    EventSourcingModule.forRoot({ processing }),
  ],
  providers: providersOf(toRun),
})(Runner);

const app = await NestFactory.createApplicationContext(Runner, {
  logger: ['error', 'fatal'],
  abortOnError: false,
});
const store = app.get(EventStore);
const readLog = store.readLog.bind(store);
store.readLog = async function* (options) {
  const events = [];
  for await (const event of readLog(options)) events.push(event);
  if (events.length > 0) pass('before a batch');
  yield* events;
};
passOnWrites(store);
passInTransactions(app.get(TransactionRunner));

/** Retries everything that is parked. */
async function retryAll() {
  const parked = app.get(ParkedEvents);
  for (const { processor, stream } of await parked.list()) await parked.retry(processor, stream);
}

process.on('message', async (/** @type {import('./places.mjs').Order | 'retry'} */ message) => {
  if (message === 'retry') await retryAll();
  else obey(message);
  process.send?.('done');
});
process.send?.('ready');
