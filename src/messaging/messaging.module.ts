import {
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { EventSourcingModule } from '../event-sourcing/index.js';
import { EventBroker } from './broker/event-broker.js';
import { ConsumerPlace } from './consumer/consumer-place.entity.js';
import { ConsumerRuntime } from './consumer/consumer-runtime.js';
import { CONSUMER_NAME, CONSUMER_OPTIONS, READING } from './consumer/consumer-tokens.js';
import { CreateInbox1764000000501 } from './consumer/create-inbox.migration.js';
import { DeadLetter } from './consumer/dead-letter.entity.js';
import { DeadLetters } from './consumer/dead-letters.js';
import { InboxEntry } from './consumer/inbox-entry.entity.js';
import { IntegrationHandlers } from './consumer/integration-handlers.js';
import type { MessagingOptions } from './messaging-options.js';
import { EventRelay, type RelayOptions } from './relay/event-relay.processor.js';

/**
 * Events that leave this application, and those of others that come to it. To be imported once, beside
 * `EventSourcingModule.forRoot()` and `TypeOrmModule.forRoot()`.
 */
@Module({})
export class MessagingModule implements OnApplicationShutdown {
  constructor(@Inject(EventBroker) private readonly broker: EventBroker) {}

  static forRoot({ broker, relay, consumer }: MessagingOptions): DynamicModule {
    const providers: Provider[] = [
      { provide: EventBroker, useValue: broker },
      { provide: CONSUMER_OPTIONS, useValue: consumer },
      {
        provide: READING,
        inject: [{ token: getDataSourceToken(), optional: true }],
        useFactory: (source: unknown) => source,
      },
      IntegrationHandlers,
      ConsumerRuntime,
      ...(relay ? [relayOf(broker, relay)] : []),
      ...(consumer ? [{ provide: CONSUMER_NAME, useValue: consumer.name }, DeadLetters] : []),
    ];
    const tables = [
      EventSourcingModule.forFeature([], { migrations: [CreateInbox1764000000501] }),
      TypeOrmModule.forFeature([InboxEntry, ConsumerPlace, DeadLetter]),
    ];
    return {
      module: MessagingModule,
      imports: [DiscoveryModule, ...(consumer ? tables : [])],
      providers,
      exports: [EventBroker, ConsumerRuntime, ...(consumer ? [DeadLetters] : [])],
    };
  }

  /** After the processors and the consumer, whose last publications and acknowledgements go out. */
  onApplicationShutdown(): Promise<void> {
    return this.broker.close();
  }
}

function relayOf(broker: EventBroker, options: RelayOptions): Provider {
  return { provide: EventRelay, useFactory: () => new EventRelay(broker, options) };
}
