import type { EventBroker } from './broker/event-broker.js';
import type { ConsumerOptions } from './consumer/consumer-options.js';
import type { RelayOptions } from './relay/event-relay.processor.js';

/** How an application speaks to other services. */
export interface MessagingOptions {
  /** What carries the events. The module closes it with the application. */
  readonly broker: EventBroker;
  /** Has the events of this application's log leave; without it, none do. */
  readonly relay?: RelayOptions;
  /** How events of others are consumed, where a provider has methods with `@OnIntegrationEvent`. */
  readonly consumer?: ConsumerOptions;
}
