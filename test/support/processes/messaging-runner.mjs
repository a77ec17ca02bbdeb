// @ts-check
// Runs the relay or the consumer of a database until it is ended; with a fault, where its parent asks for one.
import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { dataSourceOptions } from '../../../dist/config/data-source-options.js';
import { parseDatabaseUrl } from '../../../dist/config/database-url.js';
import { EventSourcingModule } from '../../../dist/event-sourcing/index.js';
import { MessagingModule, NatsBroker, OnIntegrationEvent } from '../../../dist/messaging/index.js';
import { EventHandling } from '../../../dist/messaging/consumer/event-handling.js';
import { Inbox } from '../../../dist/messaging/consumer/inbox.js';
import { NatsConnection } from '../../../dist/messaging/nats/nats-connection.js';

/** @type {import('../../torture/support/messaging-rounds.js').MessagingRole} */
const { role, url, servers, fault, diesAfter } = JSON.parse(process.argv[2]);

class CreateArrivals1764000000903 {
  name = 'CreateArrivals1764000000903';

  /** @param {import('typeorm').QueryRunner} runner */
  async up(runner) {
    await runner.query(
      'CREATE TABLE arrivals (at INTEGER PRIMARY KEY, lane text NOT NULL, nr integer NOT NULL)',
    );
  }

  async down() {}
}

let handled = 0;

class Arrivals {
  /**
   * @param {import('../../../dist/common/cloud-events/index.js').CloudEvent} event
   * @param {import('../../../dist/messaging/index.js').IntegrationContext} context
   */
  async arrive({ extensions }, { key, manager }) {
    await manager.query(
      `INSERT INTO arrivals (lane, nr) VALUES ('${key}', ${extensions.revision})`,
    );
    handled += 1;
    if (handled === diesAfter) process.kill(process.pid, 'SIGKILL');
  }
}
OnIntegrationEvent('parcel.moved')(Arrivals.prototype, 'arrive', {});

// Each of these is a mistake that somebody could make, and that the rounds must find.
if (fault === 'doubles') {
  const open = NatsConnection.prototype.open;
  NatsConnection.prototype.open = async function () {
    const session = await open.call(this);
    const publish = session.jetstream.publish.bind(session.jetstream);
    return {
      ...session,
      jetstream: Object.assign(Object.create(session.jetstream), {
        publish: (subject, data, options) =>
          publish(subject, data, { ...options, msgID: randomUUID() }),
      }),
    };
  };
  Inbox.prototype.doneAmong = async () => new Set();
  Inbox.prototype.noteDone = async () => undefined;
} else if (fault === 'order') {
  const publish = NatsBroker.prototype.publish;
  NatsBroker.prototype.publish = async function (events) {
    const left = events.values();
    const failures = [];
    const worker = async () => {
      for (const event of left) {
        await publish.call(this, [event]).catch((error) => failures.push(error));
      }
    };
    await Promise.all(Array.from({ length: 64 }, worker));
    if (failures.length > 0) throw failures[0];
  };
} else if (fault === 'losses') {
  const handle = EventHandling.prototype.handle;
  EventHandling.prototype.handle = async function (events, lease, attempts) {
    const { place } = events[events.length - 1].message;
    await this.work.commit(lease, (manager) => new Inbox(this.consumer, manager).moveTo(place));
    await handle.call(this, events, lease, attempts);
  };
}

const isRelay = role === 'relay';
class Runner {}
Module({
  imports: [
    TypeOrmModule.forRoot({
      ...dataSourceOptions(parseDatabaseUrl(url)),
      autoLoadEntities: true,
      retryAttempts: 0,
    }),
    EventSourcingModule.forRoot({ processing: { retry: { maxDelayMs: 500 } } }),
    EventSourcingModule.forFeature([], {
      migrations: isRelay ? [] : [CreateArrivals1764000000903],
    }),
    MessagingModule.forRoot({
      broker: new NatsBroker({ servers, replicas: 3, timeoutMs: 2_000 }),
      ...(isRelay ? { relay: {} } : { consumer: { name: 'arrivals', retry: { maxDelayMs: 500 } } }),
    }),
  ],
  providers: isRelay ? [] : [Arrivals],
})(Runner);

await NestFactory.createApplicationContext(Runner, { logger: ['fatal'], abortOnError: false });
process.send?.('ready');
