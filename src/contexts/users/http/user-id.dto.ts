import { ApiProperty } from '@nestjs/swagger';
import { LowerCase } from '../../../common/http/lower-case.decorator.js';
import { IsUserId } from '../user.constraints.js';

export class UserIdDto {
  /** The id of the user, a UUID. @example '0190b3c4-6b1c-7c3e-8f2a-5d9e1f7a2b3c' */
  @ApiProperty({ format: 'uuid' })
  @LowerCase()
  @IsUserId()
  readonly id: string;
}
