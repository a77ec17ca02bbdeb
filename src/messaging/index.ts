export * from './broker/broker.errors.js';
export * from './broker/event-broker.js';
export type { ConsumerOptions } from './consumer/consumer-options.js';
export type { MessagingOptions } from './messaging-options.js';
export { MessagingModule } from './messaging.module.js';
export { NatsBroker } from './nats/nats-broker.js';
export type { NatsOptions } from './nats/nats-options.js';
export { EventRelay, type RelayOptions } from './relay/event-relay.processor.js';
