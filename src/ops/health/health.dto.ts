import { ApiProperty } from '@nestjs/swagger';

export class LivenessDto {
  @ApiProperty({ enum: ['ok'] })
  readonly status: 'ok';
}

export class ReadinessDto {
  @ApiProperty({ enum: ['ok'] })
  readonly status: 'ok';

  @ApiProperty({
    description: 'The outcome of each check, by its name, with what it has to tell.',
    type: 'object',
    additionalProperties: {
      type: 'object',
      properties: { status: { type: 'string', enum: ['up', 'down'] } },
      additionalProperties: true,
    },
    example: { 'event-store': { status: 'up', headPosition: 1042, responseTime: 1 } },
  })
  readonly checks: Readonly<Record<string, object>>;
}
