import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('order_list')
export class OrderListItem {
  @PrimaryColumn('text')
  id: string;

  @Column('text')
  product: string;
}
