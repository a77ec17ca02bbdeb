import { Module } from '@nestjs/common';
import {
  Aggregate,
  AggregateRoot,
  DomainEvent,
  EventSourcingModule,
} from '../../src/event-sourcing/index.js';

@DomainEvent('order.placed')
export class OrderPlaced {
  constructor(readonly product: string) {}
}

@Aggregate('order')
export class Order extends AggregateRoot {
  product: string | undefined;

  place(product: string): void {
    if (this.product) throw new Error('The order is placed already.');
    this.apply(new OrderPlaced(product));
  }

  onOrderPlaced({ product }: OrderPlaced): void {
    this.product = product;
  }
}

@Module({ imports: [EventSourcingModule.forFeature([Order])] })
export class OrdersModule {}
