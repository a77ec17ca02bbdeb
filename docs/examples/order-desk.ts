import { Injectable } from '@nestjs/common';
import { AggregateRepository, InjectAggregateRepository } from '../../src/event-sourcing/index.js';
import { Order } from './orders.module.js';

@Injectable()
export class OrderDesk {
  constructor(
    @InjectAggregateRepository(Order) private readonly orders: AggregateRepository<Order>,
  ) {}

  async takeOrder(id: string): Promise<string | undefined> {
    const order = new Order(id);
    order.place('tea');
    await this.orders.save(order); // the log has order.placed in the stream order-<id>, durably

    const replayed = await this.orders.load(id);
    return replayed.product; // tea
  }
}
