/** How far an event has come that is not settled. */
export type DeliveryState = 'waiting' | 'handed-out' | 'parked';

/** An event that a group has come to and that is not settled: neither acknowledged nor skipped. */
export interface Delivery {
  readonly position: number;
  /** Of its partition. */
  readonly number: number;
  readonly stream: string;
  readonly eventId: string;
  /** Of its data and metadata, in characters. */
  readonly size: number;
  readonly state: DeliveryState;
  /** Who has it. */
  readonly member: string | null;
  /** By the database's clock: when it may be handed out or, once it is, by when it must be settled. */
  readonly dueAt: number;
  /** How often it has failed. */
  readonly attempts: number;
  /** Whether it is handed out by itself, since it was among several with which a member was lost. */
  readonly alone: boolean;
  readonly error: string | null;
  readonly firstFailedAt: Date | null;
  readonly lastFailedAt: Date | null;
}
