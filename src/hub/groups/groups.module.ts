import { Module } from '@nestjs/common';
import { EventSourcingModule } from '../../event-sourcing/index.js';
import { Deliveries } from './delivering/deliveries.js';
import { GroupBells } from './delivering/group-bells.js';
import { GroupWindows } from './delivering/group-windows.js';
import { GroupMetrics } from './group.metrics.js';
import { GroupTurns } from './group-turns.js';
import { Groups } from './groups.js';
import { GroupStatuses } from './membership/group-status.js';
import { Members } from './membership/members.js';
import { ParkedDeliveries } from './parking/parked-deliveries.js';
import { Settlements } from './settling/settlements.js';
import { CreateGroups1764000000701 } from './tables/create-groups.migration.js';

/** Consumer groups and their tables, for whatever serves them. */
@Module({
  imports: [EventSourcingModule.forFeature([], { migrations: [CreateGroups1764000000701] })],
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
    GroupMetrics,
  ],
  exports: [Groups, GroupStatuses, Members, Deliveries, Settlements, ParkedDeliveries],
})
export class GroupsModule {}
