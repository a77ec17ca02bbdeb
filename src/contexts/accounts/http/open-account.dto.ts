import { ApiProperty } from '@nestjs/swagger';
import { LowerCase } from '../../../common/http/lower-case.decorator.js';
import { IsCurrency } from '../../../common/money/money.constraints.js';
import { IsOwner } from '../account.constraints.js';

export class OpenAccountDto {
  /** The id of the user whose money it will be. @example '0190b3c4-5d9e-7c3e-8f2a-6b1c1f7a2b3c' */
  @ApiProperty({ format: 'uuid' })
  @LowerCase()
  @IsOwner()
  readonly owner: string;

  /** A code of ISO 4217, in capitals. @example 'EUR' */
  @ApiProperty({ format: 'iso-4217' })
  @IsCurrency()
  readonly currency: string;
}
