import { ApiProperty } from '@nestjs/swagger';
import { isStreamName } from '../event-sourcing/index.js';
import { Passes } from './passes.decorator.js';

export class StreamNameDto {
  /** The name of the stream, `<category>-<id>`. @example 'order-7' */
  @ApiProperty({ format: 'stream-name' })
  @Passes(
    isStreamName,
    'stream must be <category>-<id>, at most 255 characters without white space, for example order-7',
  )
  readonly stream: string;
}
