import { ProcessorOutdatedError } from '../errors/processor.errors.js';
import type { Processor } from './processor.js';

/** A row of `hub_checkpoints`: how far a processor has come, and who runs it. */
export interface Checkpoint {
  /** Everything up to here that the processor wants is handled or parked. */
  readonly position: number;
  /** The fencing token: raised by whoever takes the lease, so that what an earlier owner still writes is refused. */
  readonly token: number;
  /** The process that runs it, or ran it last. */
  readonly owner: string | null;
  /** How long the lease is good for, by the database's clock; when 0 or less, anybody may take it. */
  readonly leaseLeftMs: number;
  readonly isPaused: boolean;
  /** Of the making of what the processor keeps (see `Processor.version`); 0 when nobody has said yet. */
  readonly version: number;
  /** How many events are parked. */
  readonly parked: number;
}

/** The columns a checkpoint is read from. */
export const CHECKPOINT_COLUMNS =
  'position, token, owner, lease_expires_at - {now} AS lease_left_ms, paused, parked, version';

/** A row of those columns; PostgreSQL gives numbers of type bigint as text. */
export interface CheckpointRow {
  readonly position: number | string;
  readonly token: number | string;
  readonly owner: string | null;
  readonly lease_left_ms: number | string;
  readonly paused: number;
  readonly parked: number | string;
  readonly version: number;
}

/** The checkpoint of a row; without one, that of a processor that has never run. */
export function checkpointOf(row: CheckpointRow | undefined): Checkpoint {
  return {
    position: Number(row?.position ?? 0),
    token: Number(row?.token ?? 0),
    owner: row?.owner ?? null,
    leaseLeftMs: Number(row?.lease_left_ms ?? 0),
    isPaused: row?.paused === 1,
    parked: Number(row?.parked ?? 0),
    version: row?.version ?? 0,
  };
}

/** Whether what the processor keeps was made by a newer version of it than this process has. */
export function isOutdated({ version }: Processor, checkpoint: Checkpoint): boolean {
  return checkpoint.version > version;
}

/** @throws ProcessorOutdatedError */
export function assertUpToDate(processor: Processor, checkpoint: Checkpoint): void {
  if (isOutdated(processor, checkpoint)) {
    throw new ProcessorOutdatedError(processor.name, processor.version, checkpoint.version);
  }
}
