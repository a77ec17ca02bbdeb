import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ProblemDetailsDto } from '../../common/problem/problem-details.dto.js';
import type { AppendResult } from '../../event-sourcing/index.js';

export class AppendedEventDto {
  /** As it was sent. @example '0190b3c4-6b1c-7c3e-8f2a-5d9e1f7a2b3c' */
  @ApiProperty({ format: 'uuid' })
  readonly id: string;

  /** The stream it is stored in. @example 'order-7' */
  readonly stream: string;

  /** Its number in the stream. @example 1 */
  @ApiProperty({ type: 'integer' })
  readonly revision: number;

  /** Its number in the whole log. @example 42 */
  @ApiProperty({ type: 'integer' })
  readonly position: number;
}

export class AppendResultDto {
  /** Where the events are, in the order in which they were sent. Their positions follow one another. */
  @ApiProperty({ type: [AppendedEventDto] })
  readonly events: readonly AppendedEventDto[];

  /** The position of the last one. @example 42 */
  @ApiProperty({ type: 'integer' })
  readonly position: number;

  /** True when they were stored before: this is the first answer again, and nothing was written. */
  readonly repeated: boolean;
}

export class BatchOutcomeDto {
  /** Where the events of the batch are, when they are stored. */
  @ApiPropertyOptional({ type: AppendResultDto })
  readonly result?: AppendResultDto;

  /** Why nothing of the batch was stored, or why nobody knows whether it was. */
  @ApiPropertyOptional({ type: ProblemDetailsDto })
  readonly problem?: ProblemDetailsDto;
}

export class BatchOutcomesDto {
  /** What became of each batch, in the order in which they were sent. */
  @ApiProperty({ type: [BatchOutcomeDto] })
  readonly outcomes: readonly BatchOutcomeDto[];
}

export function appendResultOf({ events, position, repeated }: AppendResult): AppendResultDto {
  return {
    events: events.map(({ id, stream, revision, position: place }) => ({
      id,
      stream,
      revision,
      position: place,
    })),
    position,
    repeated,
  };
}
