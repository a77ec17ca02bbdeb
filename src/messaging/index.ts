export * from './broker/broker.errors.js';
export * from './broker/event-broker.js';
export type { ConsumerOptions } from './consumer/consumer-options.js';
export type { MessagingOptions } from './messaging-options.js';
export { MessagingModule } from './messaging.module.js';
export { NatsBroker } from './nats/nats-broker.js';
export type { NatsOptions } from './nats/nats-options.js';
export { EventRelay, type RelayOptions } from './relay/event-relay.processor.js';
export { ConsumerRuntime } from './consumer/consumer-runtime.js';
export type { DeadLetter } from './consumer/dead-letter.entity.js';
export * from './consumer/dead-letters.js';
export type { ConsumerStatus } from './consumer/event-consumer.js';
export { IntegrationContext } from './consumer/integration-context.js';
export {
  OnIntegrationEvent,
  type OnIntegrationEventOptions,
} from './consumer/on-integration-event.decorator.js';
