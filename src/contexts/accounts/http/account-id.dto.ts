import { ApiProperty } from '@nestjs/swagger';
import { LowerCase } from '../../../common/http/lower-case.decorator.js';
import { IsAccountId } from '../account.constraints.js';

export class AccountIdDto {
  /** The id of the account, a UUID. @example '0190b3c4-6b1c-7c3e-8f2a-5d9e1f7a2b3c' */
  @ApiProperty({ format: 'uuid' })
  @LowerCase()
  @IsAccountId()
  readonly id: string;
}
