import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, Max, Min, ValidateBy } from 'class-validator';
import { MayBeLeftOut } from '../../may-be-left-out.decorator.js';
import { CATEGORY, EVENT_TYPE, isCategory, isEventType } from '../../../event-sourcing/index.js';
import { Passes } from '../../passes.decorator.js';
import type { Group, GroupDefinition } from './group.js';

const NAME = /^[a-z][a-z0-9-]{0,63}$/;
const MOST_NAMES = 50;
const MOST_PARTITIONS = 256;
const SHORTEST_MS = 200;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MOST_ATTEMPTS = 100;
const MOST_IN_FLIGHT = 1_000;
const END = 'end';

function isGroupName(name: string): boolean {
  return NAME.test(name);
}

export class GroupParams {
  /** The name of the consumer group. @example 'mail' */
  @ApiProperty({ pattern: NAME.source })
  @Passes(isGroupName, 'group must be lower case letters, digits and -, at most 64, such as mail')
  readonly group: string;
}

function IsNames(check: (name: string) => boolean, message: string): PropertyDecorator {
  return ValidateBy({
    name: 'isNames',
    validator: {
      validate: (names) =>
        Array.isArray(names) &&
        names.length > 0 &&
        names.length <= MOST_NAMES &&
        names.every((name) => typeof name === 'string' && check(name)),
      defaultMessage: () => message,
    },
  });
}

function IsWhole(min: number, max: number, fallback: number): PropertyDecorator {
  const decorators = [
    ApiPropertyOptional({ type: 'integer', minimum: min, maximum: max, default: fallback }),
    MayBeLeftOut(),
    IsInt(),
    Min(min),
    Max(max),
  ];
  return (target, property) => decorators.forEach((decorate) => decorate(target, property));
}

export class CreateGroupDto {
  /** Only events of streams in one of these categories; without, of all of them. @example ['parcel'] */
  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'string', pattern: CATEGORY.source },
    minItems: 1,
    maxItems: MOST_NAMES,
  })
  @MayBeLeftOut()
  @IsNames(isCategory, `categories must be a list of 1 to ${MOST_NAMES} categories, such as parcel`)
  readonly categories?: readonly string[];

  /** Only events of one of these types. @example ['parcel.sent'] */
  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'string', pattern: EVENT_TYPE.source },
    minItems: 1,
    maxItems: MOST_NAMES,
  })
  @MayBeLeftOut()
  @IsNames(isEventType, `types must be a list of 1 to ${MOST_NAMES} types, such as parcel.sent`)
  readonly types?: readonly string[];

  /** Only events with a higher position; with `end`, only what is stored from now on. */
  @ApiPropertyOptional({
    oneOf: [
      { type: 'integer', minimum: 0 },
      { type: 'string', enum: [END] },
    ],
    default: 0,
  })
  @MayBeLeftOut()
  @ValidateBy({
    name: 'isStart',
    validator: {
      validate: (value) => value === END || (Number.isSafeInteger(value) && Number(value) >= 0),
      defaultMessage: () => `start must be a position, 0 or ${END}`,
    },
  })
  readonly start?: number | typeof END;

  /** Into how many shares the streams are split, and so how many members can have some. */
  @IsWhole(1, MOST_PARTITIONS, 32)
  readonly partitions?: number;

  /** How long, in milliseconds, a member may be silent until its share goes to the others. */
  @IsWhole(SHORTEST_MS, 10 * MINUTE_MS, 10_000)
  readonly leaseMs?: number;

  /** How long, in milliseconds, a member may have an event until that counts as a failure. */
  @IsWhole(SHORTEST_MS, HOUR_MS, 30_000)
  readonly ackTimeoutMs?: number;

  /** How often an event may fail before it is parked, and its stream with it. */
  @IsWhole(1, MOST_ATTEMPTS, 5)
  readonly maxAttempts?: number;

  /** How many events a member may have at a time. */
  @IsWhole(1, MOST_IN_FLIGHT, MOST_IN_FLIGHT)
  readonly maxInFlight?: number;
}

export class GroupDto {
  /** Its name. @example 'mail' */
  readonly name: string;

  /** Only events of streams in one of these categories; null for all of them. */
  @ApiProperty({ type: [String], nullable: true })
  readonly categories: readonly string[] | null;

  /** Only events of one of these types; null for all of them. */
  @ApiProperty({ type: [String], nullable: true })
  readonly types: readonly string[] | null;

  /** Only events with a higher position. @example 0 */
  @ApiProperty({ type: 'integer' })
  readonly startedAfter: number;

  /** Into how many shares the streams are split. @example 32 */
  @ApiProperty({ type: 'integer' })
  readonly partitions: number;

  /** How long, in milliseconds, a member may be silent until its share goes to the others. @example 10000 */
  @ApiProperty({ type: 'integer' })
  readonly leaseMs: number;

  /** How long, in milliseconds, a member may have an event until that counts as a failure. @example 30000 */
  @ApiProperty({ type: 'integer' })
  readonly ackTimeoutMs: number;

  /** How often an event may fail before it is parked. @example 5 */
  @ApiProperty({ type: 'integer' })
  readonly maxAttempts: number;

  /** How many events a member may have at a time. @example 1000 */
  @ApiProperty({ type: 'integer' })
  readonly maxInFlight: number;

  /** When it was created. */
  readonly createdAt: Date;
}

export class GroupPageDto {
  /** By name. */
  @ApiProperty({ type: [GroupDto] })
  readonly items: readonly GroupDto[];

  /** Asks for the next page; null on the last one. */
  readonly nextCursor: string | null;
}

/** With everything said that was left out, so that the same group has the same definition. */
export function definitionOf({
  categories,
  types,
  start = 0,
  partitions = 32,
  leaseMs = 10_000,
  ackTimeoutMs = 30_000,
  maxAttempts = 5,
  maxInFlight = MOST_IN_FLIGHT,
}: CreateGroupDto): GroupDefinition {
  return {
    ...(categories && { categories: sorted(categories) }),
    ...(types && { types: sorted(types) }),
    ...{ start, partitions, leaseMs, ackTimeoutMs, maxAttempts, maxInFlight },
  };
}

export function groupDtoOf({ categories, types, ...group }: Group): GroupDto {
  const { name, startedAfter, partitions, leaseMs, createdAt } = group;
  const { ackTimeoutMs, maxAttempts, maxInFlight } = group;
  return {
    name,
    categories: categories ?? null,
    types: types ?? null,
    ...{ startedAfter, partitions, leaseMs, ackTimeoutMs, maxAttempts, maxInFlight, createdAt },
  };
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
