import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsOptional, ValidateBy } from 'class-validator';
import { positionOf } from '../../common/http/position-headers.js';
import { LogFilterDto } from '../reading/log-filter.dto.js';

const END = 'end';

export class SubscribeDto extends LogFilterDto {
  /** Only events with a higher position; with `end`, only what is stored from now on. `Last-Event-ID` goes before it. */
  @ApiPropertyOptional({
    oneOf: [
      { type: 'integer', minimum: 0 },
      { type: 'string', enum: [END] },
    ],
    default: 0,
  })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === END ? END : positionOf(value)))
  @ValidateBy({
    name: 'isPlaceInLog',
    validator: {
      validate: (value) => value === END || Number.isInteger(value),
      defaultMessage: () => `after must be a position, 0 or ${END}`,
    },
  })
  readonly after: number | typeof END = 0;
}
