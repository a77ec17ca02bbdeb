import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Says that a consumer is done with an event: it took effect, or is a dead letter. */
@Entity('hub_inbox')
export class InboxEntry {
  @PrimaryColumn('text')
  readonly consumer: string;

  @PrimaryColumn('text')
  readonly event: string;

  /** In milliseconds since 1970. */
  @Column('bigint', { name: 'done_at' })
  readonly doneAt: number;
}
