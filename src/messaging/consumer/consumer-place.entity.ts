import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How far a consumer is, and what it is about to try by itself. */
@Entity('hub_consumers')
export class ConsumerPlace {
  @PrimaryColumn('text')
  readonly name: string;

  /** Everything up to here is in the inbox, or is of no interest. */
  @Column('text', { nullable: true })
  readonly place: string | null;

  @Column('text', { name: 'tried_event', nullable: true })
  readonly triedEvent: string | null;

  /** How often that was begun, over all processes. */
  @Column('integer')
  readonly attempts: number;

  /** How many dead letters there have ever been: the number of the last one. */
  @Column('integer', { name: 'dead_letters' })
  readonly deadLetters: number;
}
