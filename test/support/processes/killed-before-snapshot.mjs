// @ts-check
// Stores ten events of an aggregate with snapshots, and is killed when the first snapshot is about to be written.
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  Aggregate,
  AggregateRoot,
  DomainEvent,
  EventSourcingModule,
  getAggregateRepositoryToken,
  SnapshotStore,
} from '../../../dist/event-sourcing/index.js';

class Counted {}
DomainEvent('tally.counted')(Counted);

class Tally extends AggregateRoot {
  total = 0;

  onCounted() {
    this.total += 1;
  }
}
Aggregate('tally', { snapshot: { every: 10 } })(Tally);

const { options } = JSON.parse(process.argv[2]);
class Root {}
Module({
  imports: [
    TypeOrmModule.forRoot(options),
    EventSourcingModule.forRoot(),
    EventSourcingModule.forFeature([Tally]),
  ],
})(Root);

const app = await NestFactory.createApplicationContext(Root, { logger: false });
app.get(SnapshotStore).save = async () => {
  process.kill(process.pid, 'SIGKILL');
};
const tally = new Tally('1');
for (let nr = 1; nr <= 10; nr += 1) tally.apply(new Counted());
await app.get(getAggregateRepositoryToken(Tally), { strict: false }).save(tally);
await app.close();
