import {
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import { EventBroker } from './broker/event-broker.js';
import type { MessagingOptions } from './messaging-options.js';
import { EventRelay } from './relay/event-relay.processor.js';

/**
 * Events that leave this application, and those of others that come to it. To be imported once, beside
 * `EventSourcingModule.forRoot()`.
 */
@Module({})
export class MessagingModule implements OnApplicationShutdown {
  constructor(@Inject(EventBroker) private readonly broker: EventBroker) {}

  static forRoot({ broker, relay }: MessagingOptions): DynamicModule {
    const relays: Provider[] = relay
      ? [{ provide: EventRelay, useFactory: () => new EventRelay(broker, relay) }]
      : [];
    return {
      module: MessagingModule,
      providers: [{ provide: EventBroker, useValue: broker }, ...relays],
      exports: [EventBroker],
    };
  }

  onApplicationShutdown(): Promise<void> {
    return this.broker.close();
  }
}
