import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An event that could not be handled, or that waits behind one of its key that could not; as it came. */
@Entity('hub_dead_letters')
export class DeadLetter {
  @PrimaryColumn('text')
  readonly consumer: string;

  /** In the order in which they came. */
  @PrimaryColumn('integer')
  readonly nr: number;

  @Column('text', { name: 'ordering_key' })
  readonly key: string;

  /** `<source> <id>`. */
  @Column('text')
  readonly event: string;

  /** Null for what is no CloudEvent. */
  @Column('text', { nullable: true })
  readonly type: string | null;

  /** The subject or topic it came on. */
  @Column('text')
  readonly origin: string;

  @Column('simple-json')
  readonly headers: Readonly<Record<string, string | readonly string[]>>;

  /** In Base64. */
  @Column('text')
  readonly body: string;

  /** Null for what waits behind another one. */
  @Column('text', { nullable: true })
  readonly error: string | null;

  @Column('integer')
  readonly attempts: number;

  /** In milliseconds since 1970. */
  @Column('bigint', { name: 'failed_at', nullable: true })
  readonly failedAt: number | string | null;
}
