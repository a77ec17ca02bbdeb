import { Transform, Type } from 'class-transformer';
import { IsDate, IsInt, IsOptional, Max, Min } from 'class-validator';

/** A date and time with its zone, so that no server has to guess one. */
const ISO_INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

export class FindUserDto {
  /** The user as of this revision. @example 1 */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly revision?: number;

  /** The user as of this time, in ISO 8601 with a zone. @example '2026-11-23T09:00:00Z' */
  @IsOptional()
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && ISO_INSTANT.test(value) ? new Date(value) : null,
  )
  @IsDate({
    message: 'at must be a time in ISO 8601 with a zone, for example 2026-11-23T09:00:00Z',
  })
  readonly at?: Date;
}
