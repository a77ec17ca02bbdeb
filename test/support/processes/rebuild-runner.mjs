// @ts-check
// Runs the projection `counter-totals` until it is ended, and rebuilds it or waits for it when its parent says so.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { dataSourceOptions } from '../../../dist/config/data-source-options.js';
import { parseDatabaseUrl } from '../../../dist/config/database-url.js';
import {
  aggregateIdOf,
  DomainEvent,
  EventSourcingModule,
  On,
  Projection,
  ProjectionRebuilds,
  Processors,
} from '../../../dist/event-sourcing/index.js';

const PATIENCE_MS = 30_000;
const { url, leaseMs } = JSON.parse(process.argv[2]);

class CounterStarted {
  label = '';
}
DomainEvent('counter.started')(CounterStarted);

class CounterIncreased {
  by = 0;
}
DomainEvent('counter.increased')(CounterIncreased);

class CounterTotal {}
Entity('counter_totals')(CounterTotal);
PrimaryColumn('text')(CounterTotal.prototype, 'id');
for (const [name, type] of [
  ['label', 'text'],
  ['total', 'bigint'],
  ['position', 'bigint'],
]) {
  Column(/** @type {'text'} */ (type))(CounterTotal.prototype, name);
}

class CounterTotals {
  /**
   * @param {CounterStarted} event
   * @param {import('../../../dist/event-sourcing/index.js').ProjectionContext} context
   */
  async started({ label }, { envelope: { stream, position }, manager }) {
    await manager.insert(CounterTotal, { id: aggregateIdOf(stream), label, total: 0, position });
  }

  /**
   * @param {CounterIncreased} event
   * @param {import('../../../dist/event-sourcing/index.js').ProjectionContext} context
   */
  async increased({ by }, { envelope: { stream, position }, manager }) {
    const id = aggregateIdOf(stream);
    await manager.increment(CounterTotal, { id }, 'total', by);
    await manager.update(CounterTotal, { id }, { position });
  }
}
Projection({ name: 'counter-totals', version: 1, entities: [CounterTotal] })(CounterTotals);
On(CounterStarted)(CounterTotals.prototype, 'started', {});
On(CounterIncreased)(CounterTotals.prototype, 'increased', {});

class Runner {}
Module({
  imports: [
    TypeOrmModule.forRoot({
      ...dataSourceOptions(parseDatabaseUrl(url)),
      autoLoadEntities: true,
      retryAttempts: 0,
    }),
    TypeOrmModule.forFeature([CounterTotal]),
    EventSourcingModule.forRoot({ processing: { leaseMs } }),
  ],
  providers: [CounterTotals],
})(Runner);

const app = await NestFactory.createApplicationContext(Runner, { logger: ['error', 'fatal'] });
const rebuilds = app.get(ProjectionRebuilds);
const processors = app.get(Processors);
/** @type {Record<string, () => Promise<unknown>>} */
const deeds = {
  start: () => rebuilds.start('counter-totals'),
  cancel: () => rebuilds.cancel('counter-totals'),
  catchUp: () => processors.caughtUp('counter-totals', PATIENCE_MS),
};
process.on('message', (message) => {
  void deeds[String(message)]().then((answer) => process.send?.({ answer: answer ?? null }));
});
process.send?.('ready');
