import { ApiProperty } from '@nestjs/swagger';
import { IsUserEmail, IsUsername, MAX_EMAIL_LENGTH, USERNAME } from '../user.constraints.js';

export class CreateUserDto {
  /** 3 to 32 letters, digits, ".", "-" or "_", starting with a letter; unique, whatever the case. @example 'john_doe' */
  @ApiProperty({ pattern: USERNAME.source })
  @IsUsername()
  readonly username: string;

  /** Unique, whatever the case. @example 'john@example.com' */
  @ApiProperty({ format: 'email', maxLength: MAX_EMAIL_LENGTH })
  @IsUserEmail()
  readonly email: string;
}
