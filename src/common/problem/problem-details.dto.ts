import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ExpectedRevision } from '../../event-sourcing/index.js';

export class FieldErrorDto {
  @ApiProperty({ description: 'The path of the field in the request.', example: 'address.city' })
  readonly field: string;

  @ApiProperty({ type: [String], example: ['city must be a string'] })
  readonly messages: readonly string[];
}

class FindingDto {
  @ApiProperty({ description: 'A JSON pointer; empty for the whole.', example: '/to' })
  readonly pointer: string;

  @ApiProperty({ description: 'What is wrong there.', example: 'must be string' })
  readonly message: string;
}

class ViolationDto extends FindingDto {
  @ApiProperty({ format: 'uuid', description: 'The id of the event.' })
  readonly event: string;
}

/** For the OpenAPI document only; `toProblemDetails` builds what is sent. */
export class ProblemDetailsDto {
  @ApiProperty({
    description: 'Identifies the kind of problem: `/problems/` and its code.',
    example: '/problems/validation-failed',
  })
  readonly type: string;

  @ApiProperty({ description: 'The kind of problem, for people.', example: 'Validation failed' })
  readonly title: string;

  @ApiProperty({ type: 'integer', description: 'The HTTP status.', example: 400 })
  readonly status: number;

  @ApiProperty({
    description: 'What went wrong this time, for people.',
    example: 'The request is not valid: city must be a string.',
  })
  readonly detail: string;

  @ApiProperty({ description: 'The path of the request.', example: '/api/v1/users' })
  readonly instance: string;

  @ApiProperty({
    description: 'Stable: what programs tell problems apart by.',
    example: 'validation-failed',
  })
  readonly code: string;

  @ApiProperty({
    description: 'As in the header `x-correlation-id`. The log has it too.',
    example: '0190b3c4-6b1c-7c3e-8f2a-5d9e1f7a2b3c',
  })
  readonly correlationId: string;

  @ApiPropertyOptional({ type: [FieldErrorDto], description: 'With `validation-failed` only.' })
  readonly errors?: readonly FieldErrorDto[];

  @ApiPropertyOptional({
    description:
      'With `concurrency-conflict` of the log: the stream that is not as it was expected.',
    example: 'order-7',
  })
  readonly stream?: string;

  @ApiPropertyOptional({
    oneOf: [{ type: 'integer' }, { type: 'string', enum: ['none', 'exists'] }],
    description: 'With `stream`: the revision that was expected.',
    example: 3,
  })
  readonly expectedRevision?: ExpectedRevision;

  @ApiPropertyOptional({
    type: 'integer',
    description: 'With `stream`: its revision; 0 where there is no such stream.',
    example: 4,
  })
  readonly actualRevision?: number;

  @ApiPropertyOptional({
    format: 'uuid',
    description: 'With `duplicate-event` of the log: the id that is there already.',
  })
  readonly eventId?: string;

  @ApiPropertyOptional({
    description: 'With `not-permitted`: the right that this takes.',
    example: 'append:order',
  })
  readonly right?: string;

  @ApiPropertyOptional({ type: [ViolationDto], description: 'With `schema-violation` only.' })
  readonly violations?: readonly ViolationDto[];

  @ApiPropertyOptional({
    type: [FindingDto],
    description: 'With `invalid-schema` and `incompatible-schema`: places in the schema.',
  })
  readonly differences?: readonly FindingDto[];
}
