import { ApiProperty } from '@nestjs/swagger';
import { IsUUID } from 'class-validator';
import { GroupDto, groupDtoOf, GroupParams } from '../definition/group.dto.js';
import type { GroupStatus, MemberStatus } from './group-status.js';

export class MemberParams extends GroupParams {
  /** The id of a member, as it was told when it joined. */
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  readonly member: string;
}

export class MembershipDto {
  /** The id by which the member asks for events. */
  @ApiProperty({ format: 'uuid' })
  readonly id: string;

  /** How long it may be silent, in milliseconds. Whatever it asks for renews this. @example 10000 */
  @ApiProperty({ type: 'integer' })
  readonly leaseMs: number;

  /** The partitions it gets events of. They change when others come and go. @example [0, 1] */
  @ApiProperty({ type: 'array', items: { type: 'integer' } })
  readonly partitions: readonly number[];
}

export class MemberStatusDto {
  /** Its id. */
  @ApiProperty({ format: 'uuid' })
  readonly id: string;

  /** When it has joined. */
  readonly joinedAt: Date;

  /** How long it may still be silent, in milliseconds. @example 9000 */
  @ApiProperty({ type: 'integer' })
  readonly leaseLeftMs: number;

  /** The partitions it has. @example [0, 1] */
  @ApiProperty({ type: 'array', items: { type: 'integer' } })
  readonly partitions: readonly number[];

  /** How many events it has that are not settled. @example 0 */
  @ApiProperty({ type: 'integer' })
  readonly inFlight: number;
}

export class GroupStatusDto extends GroupDto {
  /** Everything that it wants up to here is acknowledged, parked or skipped. @example 41 */
  @ApiProperty({ type: 'integer' })
  readonly position: number;

  /** The position of the last event in the log. @example 42 */
  @ApiProperty({ type: 'integer' })
  readonly head: number;

  /** How many events of the log, wanted or not, are behind its position. @example 1 */
  @ApiProperty({ type: 'integer' })
  readonly lagEvents: number;

  /** How many events members have. @example 1 */
  @ApiProperty({ type: 'integer' })
  readonly inFlight: number;

  /** How many events are parked. @example 0 */
  @ApiProperty({ type: 'integer' })
  readonly parked: number;

  /** In the order in which they have joined. */
  @ApiProperty({ type: [MemberStatusDto] })
  readonly members: readonly MemberStatusDto[];
}

export function groupStatusOf({ group, members, ...status }: GroupStatus): GroupStatusDto {
  const { position, head, inFlight, parked } = status;
  const lagEvents = Math.max(0, head - position);
  return {
    ...groupDtoOf(group),
    ...{ position, head, lagEvents, inFlight, parked, members: members.map(memberStatusOf) },
  };
}

function memberStatusOf(status: MemberStatus): MemberStatusDto {
  const { id, joinedAt, leaseLeftMs, partitions, inFlight } = status;
  return { id, joinedAt, leaseLeftMs, partitions, inFlight };
}
