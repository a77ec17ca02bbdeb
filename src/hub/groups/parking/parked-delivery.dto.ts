import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, Min } from 'class-validator';
import { PageDto } from '../../../common/http/page.dto.js';
import { positionOf } from '../../../common/http/position-headers.js';
import { FailedEventDto } from '../../../common/parking/failed-event.dto.js';
import { isStreamName } from '../../../event-sourcing/index.js';
import { Passes } from '../../passes.decorator.js';
import { GroupParams } from '../definition/group.dto.js';
import type { Delivery } from '../tables/delivery.js';

const NO_STREAM = 'stream must be <category>-<id>, such as parcel-7';

export class ParkedPlaceParams extends GroupParams {
  /** Where the event stands in the log. @example 42 */
  @ApiProperty({ type: 'integer', minimum: 1 })
  @Transform(({ value }: { value: unknown }) => positionOf(value))
  @IsInt({ message: 'position must be a position' })
  @Min(1)
  readonly position: number;
}

export class ParkedStreamParams extends GroupParams {
  /** The stream. @example 'parcel-7' */
  @ApiProperty({ format: 'stream-name' })
  @Passes(isStreamName, NO_STREAM)
  readonly stream: string;
}

export class ListParkedDto extends PageDto {
  /** Only events of this stream. */
  @ApiPropertyOptional({ format: 'stream-name' })
  @IsOptional()
  @Passes(isStreamName, NO_STREAM)
  readonly stream?: string;
}

export class ParkedDeliveryDto extends FailedEventDto {
  /** Its stream: what follows in it waits. */
  readonly stream: string;
}

export class ParkedDeliveryPageDto {
  /** By position. */
  @ApiProperty({ type: [ParkedDeliveryDto] })
  readonly items: readonly ParkedDeliveryDto[];

  /** Asks for the next page; null on the last one. */
  readonly nextCursor: string | null;
}

export class RetriedDto {
  /** How many events of the stream go to its member again, in their order. @example 3 */
  @ApiProperty({ type: 'integer' })
  readonly retried: number;
}

export function parkedDeliveryOf(delivery: Delivery): ParkedDeliveryDto {
  const { stream, position, eventId, error, attempts, firstFailedAt, lastFailedAt } = delivery;
  return { stream, position, eventId, error, attempts, firstFailedAt, lastFailedAt };
}
