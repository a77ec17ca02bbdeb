import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  IsAmount,
  IsCurrency,
  IsDescription,
  MAX_DESCRIPTION_LENGTH,
} from '../../../common/money/money.constraints.js';
import { MAX_MINOR_UNITS } from '../../../common/money/money.value-object.js';

export class MovementDto {
  /** A whole number of minor units of the currency, such as cents. @example 12550 */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: MAX_MINOR_UNITS })
  @IsAmount()
  readonly amount: number;

  /** That of the account, as a code of ISO 4217. @example 'EUR' */
  @ApiProperty({ format: 'iso-4217' })
  @IsCurrency()
  readonly currency: string;

  /** What it is for: one line, shown on the statement. @example 'Rent for May' */
  @ApiPropertyOptional({ minLength: 1, maxLength: MAX_DESCRIPTION_LENGTH })
  @IsDescription()
  readonly description?: string;
}
