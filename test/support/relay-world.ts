import { v7 } from 'uuid';
import { type CloudEvent, readStructured } from '../../src/common/cloud-events/index.js';
import {
  type NewEvent,
  type ProcessingOptions,
  Processors,
} from '../../src/event-sourcing/index.js';
import {
  type IncomingMessage,
  MessagingModule,
  NatsBroker,
  type NatsOptions,
  type RelayOptions,
} from '../../src/messaging/index.js';
import { bootKit, type BootedKit } from './booted-kit.js';
import { createDatabase, type TestDatabase } from './databases.js';
import type { NatsServer } from './nats-server.js';
import { IMPATIENT, PATIENCE_MS } from './processor-world.js';

export interface RelayApp extends BootedKit {
  readonly processors: Processors;
  /** Waits until everything in the log has left. */
  relayed(): Promise<void>;
}

/** A log with a relay, and a server of NATS. */
export class RelayWorld {
  private readonly booted: BootedKit[] = [];
  private readonly brokers: NatsBroker[] = [];

  private constructor(
    readonly server: NatsServer,
    readonly database: TestDatabase,
  ) {}

  static async create(server: NatsServer): Promise<RelayWorld> {
    return new RelayWorld(server, await createDatabase('sqlite'));
  }

  async boot(
    relay: RelayOptions = {},
    options: Partial<NatsOptions> = {},
    processing: ProcessingOptions = IMPATIENT,
  ): Promise<RelayApp> {
    const broker = new NatsBroker({ servers: [this.server.url], ...options });
    const kit = await bootKit({
      database: this.database,
      options: { processing },
      imports: [MessagingModule.forRoot({ broker, relay })],
    });
    this.booted.push(kit);
    const processors = kit.app.get(Processors);
    return {
      ...kit,
      processors,
      relayed: async () => expect(await processors.caughtUp('event-relay', PATIENCE_MS)).toBe(true),
    };
  }

  /** What JetStream has, in its order. */
  async messages(count: number): Promise<readonly IncomingMessage[]> {
    const broker = new NatsBroker({ servers: [this.server.url] });
    this.brokers.push(broker);
    const messages = await broker.subscribe({ consumer: `reader-${v7()}` });
    const all: IncomingMessage[] = [];
    while (all.length < count) {
      const more = await messages.next(count, PATIENCE_MS);
      expect(more).not.toHaveLength(0);
      all.push(...more);
    }
    await messages.close();
    return all;
  }

  async events(count: number): Promise<readonly CloudEvent[]> {
    return (await this.messages(count)).map(eventIn);
  }

  async end(): Promise<void> {
    await Promise.all(this.booted.map(({ app }) => app.close()));
    await Promise.all(this.brokers.map((broker) => broker.close()));
    await this.database.drop();
    await this.server.clear();
  }
}

export function eventIn({ body }: IncomingMessage): CloudEvent {
  return readStructured(JSON.parse(Buffer.from(body).toString()));
}

/** An event of a type that no class is declared for. */
export function parcel(nr: number, type = 'parcel.moved'): NewEvent {
  return { id: v7(), type, version: 1, data: { nr } };
}
