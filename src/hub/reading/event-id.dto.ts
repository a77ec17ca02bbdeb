import { ApiProperty } from '@nestjs/swagger';
import { LowerCase } from '../../common/http/lower-case.decorator.js';
import { isEventId } from '../../event-sourcing/index.js';
import { Passes } from '../passes.decorator.js';

export class EventIdDto {
  /** The id of the event, a UUID. @example '0190b3c4-6b1c-7c3e-8f2a-5d9e1f7a2b3c' */
  @ApiProperty({ format: 'uuid' })
  @LowerCase()
  @Passes(isEventId, 'id must be a UUID')
  readonly id: string;
}
