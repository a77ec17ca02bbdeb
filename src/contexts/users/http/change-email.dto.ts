import { ApiProperty } from '@nestjs/swagger';
import { IsUserEmail, MAX_EMAIL_LENGTH } from '../user.constraints.js';

export class ChangeEmailDto {
  /** Unique, whatever the case. @example 'jd@example.com' */
  @ApiProperty({ format: 'email', maxLength: MAX_EMAIL_LENGTH })
  @IsUserEmail()
  readonly email: string;
}
