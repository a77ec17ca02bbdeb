import { ApiProperty } from '@nestjs/swagger';
import type { ProcessorState, ProcessorStatus } from '../../event-sourcing/index.js';

/** The compiler asks for those that are missing. */
const STATES: Readonly<Record<ProcessorState, true>> = {
  'catching-up': true,
  live: true,
  paused: true,
  standby: true,
  outdated: true,
  retrying: true,
  stalled: true,
  stopped: true,
};

export class ProcessorDto {
  /** The name of the processor. @example 'user-list' */
  readonly name: string;

  /** What it does at the moment, as the answering process sees it; on standby another process runs it. */
  @ApiProperty({ enum: Object.keys(STATES) })
  readonly state: ProcessorState;

  /** Everything up to here that it wants is handled, or parked. @example 1041 */
  @ApiProperty({ type: 'integer' })
  readonly position: number;

  /** The position of the last event in the log. @example 1042 */
  @ApiProperty({ type: 'integer' })
  readonly head: number;

  /** By how many positions it is behind; 0 when nothing is left that it wants. @example 1 */
  @ApiProperty({ type: 'integer' })
  readonly lagEvents: number;

  /** How long ago the first event that it has yet to handle was stored. @example 0.25 */
  readonly lagSeconds: number;

  /** How many events it has set aside, those that wait behind others included. @example 0 */
  @ApiProperty({ type: 'integer' })
  readonly parked: number;

  /** The process that runs it, as host/process id/a random part; null while none does. */
  @ApiProperty({ type: 'string', nullable: true })
  readonly owner: string | null;

  /** Why it fails, while the answering process runs it and it does. */
  @ApiProperty({ type: 'string', nullable: true })
  readonly lastError: string | null;
}

export class ProcessorListDto {
  /** By name. */
  @ApiProperty({ type: [ProcessorDto] })
  readonly items: readonly ProcessorDto[];
}

export function processorOf({ isOwner: _, ...status }: ProcessorStatus): ProcessorDto {
  return { ...status, owner: status.owner ?? null, lastError: status.lastError ?? null };
}
