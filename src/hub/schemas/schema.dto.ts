import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { EVENT_TYPE, isEventType } from '../../event-sourcing/index.js';
import { Passes } from '../passes.decorator.js';
import { COMPATIBILITY_MODES, type CompatibilityMode } from './compatibility/compatibility.js';
import type { SchemaObject } from './json-schema.js';
import type { RegisteredSchema, RegisteredSchemas } from './registered-schemas.js';

const MAX_VERSION = 2 ** 31 - 1;

export class SchemaTypeParams {
  /** The stored name of events. @example 'parcel.sent' */
  @ApiProperty({ pattern: EVENT_TYPE.source, maxLength: 200 })
  @Passes(isEventType, 'type must be lower case words, joined by . or -, for example parcel.sent')
  readonly type: string;
}

export class SchemaVersionParams extends SchemaTypeParams {
  /** The schema version of the data. @example 1 */
  @ApiProperty({ type: 'integer' })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MAX_VERSION)
  readonly version: number;
}

export class RegisterSchemaQuery {
  /** `true` registers it also where it is not compatible, as when an upcaster lifts what is older. */
  @ApiPropertyOptional({ type: 'boolean', default: false })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) =>
    value === 'true' ? true : value === 'false' ? false : value,
  )
  @IsBoolean()
  readonly force: boolean = false;
}

export class SchemaRulesDto {
  /** What a version owes to the ones right before and behind it: `backward` lets its readers read what is older, `forward` lets older readers read it, `full` is both. @example 'backward' */
  @ApiProperty({ enum: COMPATIBILITY_MODES })
  @IsIn(COMPATIBILITY_MODES)
  readonly compatibility: CompatibilityMode;

  /** Whether events of a version that has no schema are refused. @example false */
  @IsBoolean()
  readonly required: boolean;
}

export class SchemaTypeDto extends SchemaRulesDto {
  /** The stored name of events. @example 'parcel.sent' */
  readonly type: string;

  /** The versions that have a schema. @example [1] */
  @ApiProperty({ type: 'array', items: { type: 'integer' } })
  readonly versions: readonly number[];
}

export class SchemaTypePageDto {
  /** In the order in which they got their first schema, or rules. */
  @ApiProperty({ type: [SchemaTypeDto] })
  readonly items: readonly SchemaTypeDto[];

  /** Asks for the next page; null on the last one. */
  readonly nextCursor: string | null;
}

export class SchemaVersionDto {
  /** The stored name of events. @example 'parcel.sent' */
  readonly type: string;

  /** The schema version of the data. @example 1 */
  @ApiProperty({ type: 'integer' })
  readonly version: number;

  /** When it was registered. It never changes. */
  readonly registeredAt: Date;

  /** JSON Schema, draft 2020-12, as it was registered. */
  @ApiProperty({ type: 'object', additionalProperties: true })
  readonly schema: SchemaObject;
}

export function schemaTypeOf({ type, versions, rules }: RegisteredSchemas): SchemaTypeDto {
  return { type, versions, ...rules };
}

export function schemaVersionOf(
  type: string,
  { version, registeredAt, schema }: RegisteredSchema,
): SchemaVersionDto {
  return { type, version, registeredAt, schema };
}
