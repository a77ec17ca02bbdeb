import { type DynamicModule, Module } from '@nestjs/common';
import { AppendsController } from './appends.controller.js';
import { BatchesController } from './batches.controller.js';
import { EventsController } from './events.controller.js';
import { GroupMembersController } from './groups/group-members.controller.js';
import { GroupParkedEventsController } from './groups/group-parked-events.controller.js';
import { GroupsController } from './groups/groups.controller.js';
import { GroupsModule } from './groups/groups.module.js';
import { SchemasModule } from './schemas/schemas.module.js';
import { StreamsController } from './streams.controller.js';
import { SubscribingOptions } from './subscribing/subscribing-options.js';
import { Subscriptions } from './subscribing/subscriptions.js';
import { SubscriptionsController } from './subscriptions.controller.js';

/**
 * The log over HTTP, for services in any language: they append to streams of their own and read everyone's. Where
 * nobody is asked who they are, import it only where those alone can reach it who may.
 */
@Module({
  imports: [SchemasModule, GroupsModule],
  controllers: [
    StreamsController,
    BatchesController,
    AppendsController,
    EventsController,
    GroupsController,
    GroupMembersController,
    GroupParkedEventsController,
    SubscriptionsController,
  ],
  providers: [Subscriptions],
})
export class HubModule {
  static forRoot(options: SubscribingOptions): DynamicModule {
    return {
      module: HubModule,
      providers: [{ provide: SubscribingOptions, useValue: options }],
    };
  }
}
