import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { IsName } from '../is-name.decorator.js';

export class ProcessorNameDto {
  /** The name of a processor. @example 'user-list' */
  @IsName()
  readonly name: string;
}

export class ParkedPlaceDto extends ProcessorNameDto {
  /** The position of the parked event. @example 42 */
  @ApiProperty({ type: 'integer' })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly position: number;
}

export class ParkedStreamDto extends ProcessorNameDto {
  /** The stream of parked events. */
  @IsName()
  readonly stream: string;
}
