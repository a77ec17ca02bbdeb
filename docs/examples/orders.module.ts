import { Injectable, Module } from '@nestjs/common';
import {
  Aggregate,
  AggregateRepository,
  AggregateRoot,
  DomainEvent,
  EventSourcingModule,
  InjectAggregateRepository,
} from '../../src/event-sourcing/index.js';

@DomainEvent('order.placed')
export class OrderPlaced {
  constructor(
    readonly product: string,
    readonly quantity: number,
  ) {}
}

@Aggregate('order')
export class Order extends AggregateRoot {
  product = '';
  quantity = 0;

  place(product: string, quantity: number): void {
    if (quantity < 1) throw new Error('Order at least one.');
    this.apply(new OrderPlaced(product, quantity));
  }

  onOrderPlaced({ product, quantity }: OrderPlaced): void {
    this.product = product;
    this.quantity = quantity;
  }
}

@Injectable()
export class Orders {
  constructor(@InjectAggregateRepository(Order) readonly repository: AggregateRepository<Order>) {}

  async place(id: string, product: string, quantity: number): Promise<void> {
    const order = new Order(id);
    order.place(product, quantity);
    await this.repository.save(order);
  }
}

@Module({ imports: [EventSourcingModule.forFeature([Order])], providers: [Orders] })
export class OrdersModule {}
