import { Module } from '@nestjs/common';
import { EventSourcingModule } from '../../event-sourcing/index.js';
import { Deliveries } from './delivering/deliveries.js';
import { GroupBells } from './delivering/group-bells.js';
import { GroupWindows } from './delivering/group-windows.js';
import { GroupMembersController } from './group-members.controller.js';
import { GroupParkedEventsController } from './group-parked-events.controller.js';
import { GroupTurns } from './group-turns.js';
import { Groups } from './groups.js';
import { GroupsController } from './groups.controller.js';
import { GroupStatuses } from './membership/group-status.js';
import { Members } from './membership/members.js';
import { ParkedDeliveries } from './parking/parked-deliveries.js';
import { Settlements } from './settling/settlements.js';
import { CreateGroups1764000000701 } from './tables/create-groups.migration.js';

/** Consumer groups and their tables. */
@Module({
  imports: [EventSourcingModule.forFeature([], { migrations: [CreateGroups1764000000701] })],
  controllers: [GroupsController, GroupMembersController, GroupParkedEventsController],
  providers: [
    Groups,
    GroupStatuses,
    GroupTurns,
    GroupBells,
    GroupWindows,
    Members,
    Deliveries,
    Settlements,
    ParkedDeliveries,
  ],
})
export class GroupsModule {}
