import { ApiProperty } from '@nestjs/swagger';
import { LowerCase } from '../../../common/http/lower-case.decorator.js';
import { IsTransferId } from '../transfer.constraints.js';

export class TransferIdDto {
  /** The id of the transfer, a UUID. @example '0190b3c4-7d2e-7c3e-8f2a-5d9e1f7a2b3c' */
  @ApiProperty({ format: 'uuid' })
  @LowerCase()
  @IsTransferId()
  readonly id: string;
}
