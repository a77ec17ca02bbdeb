import { Checkpoint } from './checkpoint.js';
import { readBatch } from './event-batch.js';
import { ProcessingSupport } from './processing-support.js';
import { Processor } from './processor.js';
import { ProcessorState, ProcessorStatus } from './processor-status.js';
import { wantedBy } from './wanted-events.js';

/** How far a processor is by what the database says, whoever runs it. */
export interface Standing {
  readonly checkpoint: Checkpoint;
  readonly head: number;
  /** Everything up to here that it wants is handled or parked. */
  readonly position: number;
  /** How old the first event is that it has yet to handle; 0 without one. */
  readonly lagMs: number;
}

/** @param known up to where there is nothing more for it to handle, if more is known than the checkpoint says */
export async function standingOf(
  processor: Processor,
  { checkpoints, store, clock }: ProcessingSupport,
  known = 0,
): Promise<Standing> {
  const checkpoint = await checkpoints.read(processor.name);
  const head = await store.headPosition();
  // A log that was restored may end before what was known of it.
  const after = Math.max(checkpoint.position, known <= head ? known : 0);
  const { events } = await readBatch(store, wantedBy(processor), { after, head, limit: 1 });
  const first = events.at(0);
  return {
    checkpoint,
    head,
    position: first ? first.position - 1 : head,
    lagMs: first ? Math.max(0, clock.now().getTime() - first.recordedAt.getTime()) : 0,
  };
}

/** What a process says of a processor beside how far it is. */
export interface Circumstance {
  readonly state: ProcessorState;
  readonly isOwner: boolean;
  readonly lastError?: string;
}

/** The status of a processor that stands there. */
export function statusOf(
  { name }: Processor,
  { checkpoint, head, position, lagMs }: Standing,
  { state, isOwner, lastError }: Circumstance,
): ProcessorStatus {
  const owner = checkpoint.leaseLeftMs > 0 ? (checkpoint.owner ?? undefined) : undefined;
  return {
    name,
    state,
    position,
    head,
    lagEvents: head - position,
    lagSeconds: lagMs / 1_000,
    parked: checkpoint.parked,
    owner,
    isOwner,
    lastError,
  };
}
