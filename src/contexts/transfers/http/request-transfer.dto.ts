import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { LowerCase } from '../../../common/http/lower-case.decorator.js';
import {
  IsAmount,
  IsCurrency,
  IsDescription,
  MAX_DESCRIPTION_LENGTH,
} from '../../../common/money/money.constraints.js';
import { MAX_MINOR_UNITS } from '../../../common/money/money.value-object.js';
import { IsAccount } from '../transfer.constraints.js';

export class RequestTransferDto {
  /** The id of the account that pays. @example '0190b3c4-6b1c-7c3e-8f2a-5d9e1f7a2b3c' */
  @ApiProperty({ format: 'uuid' })
  @LowerCase()
  @IsAccount()
  readonly from: string;

  /** The id of the account that is paid, another one. @example '0190b3c4-6b1d-7c3e-8f2a-5d9e1f7a2b3c' */
  @ApiProperty({ format: 'uuid' })
  @LowerCase()
  @IsAccount()
  readonly to: string;

  /** A whole number of minor units of the currency, such as cents. @example 2550 */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: MAX_MINOR_UNITS })
  @IsAmount()
  readonly amount: number;

  /** That of both accounts, as a code of ISO 4217. @example 'EUR' */
  @ApiProperty({ format: 'iso-4217' })
  @IsCurrency()
  readonly currency: string;

  /** What it is for: one line, shown on both statements. @example 'Rent for May' */
  @ApiPropertyOptional({ minLength: 1, maxLength: MAX_DESCRIPTION_LENGTH })
  @IsDescription()
  readonly description?: string;
}
