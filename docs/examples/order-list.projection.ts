import {
  aggregateIdOf,
  On,
  Projection,
  ProjectionContext,
} from '../../src/event-sourcing/index.js';
import { OrderListItem } from './order-list-item.entity.js';
import { OrderPlaced } from './orders.module.js';

@Projection({ name: 'order-list', version: 1, entities: [OrderListItem] })
export class OrderListProjection {
  @On(OrderPlaced)
  async placed({ product }: OrderPlaced, { envelope, manager }: ProjectionContext): Promise<void> {
    await manager.insert(OrderListItem, { id: aggregateIdOf(envelope.stream), product });
  }
}
