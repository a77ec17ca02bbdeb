import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventSourcingModule } from '../../src/event-sourcing/index.js';
import { CreateOrderList1764000000201 } from './create-order-list.migration.js';
import { OrderListItem } from './order-list-item.entity.js';
import { OrderListProjection } from './order-list.projection.js';

@Module({
  imports: [
    EventSourcingModule.forFeature([], { migrations: [CreateOrderList1764000000201] }),
    TypeOrmModule.forFeature([OrderListItem]),
  ],
  providers: [OrderListProjection],
})
export class OrderListModule {}
