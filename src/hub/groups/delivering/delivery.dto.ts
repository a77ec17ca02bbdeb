import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';
import { MayBeLeftOut } from '../../may-be-left-out.decorator.js';
import { LoggedEventDto, loggedEventOf } from '../../logged-event.dto.js';
import type { HandedOut } from './deliveries.js';

const MOST_EVENTS = 1_000;
const MINUTE_MS = 60_000;

export class AskForEventsDto {
  /** How many at the most. */
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MOST_EVENTS, default: 100 })
  @MayBeLeftOut()
  @IsInt()
  @Min(1)
  @Max(MOST_EVENTS)
  readonly limit?: number;

  /** How long to wait for some where there are none, in milliseconds; half of the lease at the most. */
  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: MINUTE_MS, default: 0 })
  @MayBeLeftOut()
  @IsInt()
  @Min(0)
  @Max(MINUTE_MS)
  readonly waitMs?: number;
}

export class DeliveryDto {
  /** The event. */
  @ApiProperty({ type: LoggedEventDto })
  readonly event: LoggedEventDto;

  /** The partition that its stream is in. @example 7 */
  @ApiProperty({ type: 'integer' })
  readonly partition: number;

  /** 1 the first time; one more for each time that it has failed. @example 1 */
  @ApiProperty({ type: 'integer' })
  readonly attempt: number;
}

export class DeliveriesDto {
  /** By position, and so in the order of each stream. */
  @ApiProperty({ type: [DeliveryDto] })
  readonly items: readonly DeliveryDto[];
}

export function deliveryDtoOf({ event, partition, attempt }: HandedOut): DeliveryDto {
  return { event: loggedEventOf(event), partition, attempt };
}
