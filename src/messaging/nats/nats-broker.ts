import {
  EventBroker,
  type IncomingMessages,
  type OutgoingEvent,
  type Subscription,
} from '../broker/event-broker.js';
import { NatsConnection } from './nats-connection.js';
import { NatsMessages } from './nats-messages.js';
import { type NatsOptions, natsSettings } from './nats-options.js';
import { NatsPublisher } from './nats-publisher.js';

/** NATS JetStream as a broker: one JetStream stream, with the subjects `<prefix>.<category>.<type>`. */
export class NatsBroker extends EventBroker {
  private readonly settings;
  private readonly connection: NatsConnection;
  private readonly publisher: NatsPublisher;

  /** Connects when it is needed: a server that is away keeps nobody from starting. */
  constructor(options: NatsOptions) {
    super();
    this.settings = natsSettings(options);
    this.connection = new NatsConnection(this.settings);
    this.publisher = new NatsPublisher(this.connection, this.settings);
  }

  override publish(events: readonly OutgoingEvent[]): Promise<void> {
    return this.publisher.publish(events);
  }

  override subscribe(subscription: Subscription): Promise<IncomingMessages> {
    return NatsMessages.open(this.connection, this.settings, subscription);
  }

  override close(): Promise<void> {
    return this.connection.close();
  }
}
