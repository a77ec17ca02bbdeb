import { IsUserEmail, IsUsername } from '../user.constraints.js';

export class CreateUserDto {
  /** 3 to 32 letters, digits, ".", "-" or "_", starting with a letter; unique, whatever the case. @example 'john_doe' */
  @IsUsername()
  readonly username: string;

  /** Unique, whatever the case. @example 'john@example.com' */
  @IsUserEmail()
  readonly email: string;
}
