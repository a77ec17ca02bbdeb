import { ApiProperty } from '@nestjs/swagger';
import type {
  RebuildState,
  RebuildStatus,
  RowDifference,
  TableVerification,
  Verification,
} from '../../event-sourcing/index.js';

/** The compiler asks for those that are missing. */
const STATES: Readonly<Record<RebuildState, true>> = {
  building: true,
  held: true,
  switched: true,
  verified: true,
  cancelled: true,
  failed: true,
};

export class TableVerificationDto {
  /** The name of the table. @example 'user_list' */
  readonly table: string;

  /** How many rows it has. @example 1042 */
  @ApiProperty({ type: 'integer' })
  readonly rows: number;

  /** How many rows it lacks. @example 0 */
  @ApiProperty({ type: 'integer' })
  readonly missing: number;

  /** How many rows it should not have. @example 0 */
  @ApiProperty({ type: 'integer' })
  readonly unexpected: number;

  /** How many rows say something else than they should. @example 0 */
  @ApiProperty({ type: 'integer' })
  readonly different: number;

  /** Some of these rows, as they should be and as they are. */
  @ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true } })
  readonly examples: readonly RowDifference[];
}

export class VerificationDto {
  /** Both read models were built from the events up to here. @example 1042 */
  @ApiProperty({ type: 'integer' })
  readonly position: number;

  /** Whether nothing differs, parked events included. */
  readonly isEqual: boolean;

  /** How many events are parked for the one that serves. @example 0 */
  @ApiProperty({ type: 'integer' })
  readonly parked: number;

  /** How many would be, were it built anew. @example 0 */
  @ApiProperty({ type: 'integer' })
  readonly parkedAnew: number;

  /** What differs in each table. */
  @ApiProperty({ type: [TableVerificationDto] })
  readonly tables: readonly TableVerification[];
}

export class RebuildDto {
  /** The version of the projection that builds it. @example 2 */
  @ApiProperty({ type: 'integer' })
  readonly version: number;

  /** How it goes, or how it ended. */
  @ApiProperty({ enum: Object.keys(STATES) })
  readonly state: RebuildState;

  /** Everything up to here is in it, or parked. @example 521 */
  @ApiProperty({ type: 'integer' })
  readonly position: number;

  /** Where the read model that serves is. @example 1042 */
  @ApiProperty({ type: 'integer' })
  readonly head: number;

  /** How much of that it has, from 0 to 100. @example 50 */
  readonly percent: number;

  /** Positions of the log that it passes in a second; 0 before that is known. @example 48000 */
  readonly eventsPerSecond: number;

  /** How long it takes at that rate; null when nobody can tell, or nothing is left. */
  @ApiProperty({ type: 'number', nullable: true })
  readonly secondsLeft: number | null;

  /** How many events are parked in it. @example 0 */
  @ApiProperty({ type: 'integer' })
  readonly parked: number;

  /** When it was asked for. */
  readonly startedAt: Date;

  /** When it ended; null while it is under way. */
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  readonly finishedAt: Date | null;

  /** Why it does not go on, or failed. */
  @ApiProperty({ type: 'string', nullable: true })
  readonly lastError: string | null;

  /** What a comparison has found, when it has ended. */
  @ApiProperty({ type: VerificationDto, nullable: true })
  readonly result: VerificationDto | null;
}

export function rebuildOf({
  projection: _,
  purpose: _purpose,
  verification,
  ...status
}: RebuildStatus): RebuildDto {
  const { secondsLeft = null, finishedAt = null, lastError = null } = status;
  const result = verification ? verificationOf(verification) : null;
  return { ...status, secondsLeft, finishedAt, lastError, result };
}

export function verificationOf(verification: Verification): VerificationDto {
  const { position, isEqual, parked, tables } = verification;
  return { position, isEqual, parked: parked.actual, parkedAnew: parked.expected, tables };
}
