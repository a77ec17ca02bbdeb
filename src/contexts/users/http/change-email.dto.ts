import { IsUserEmail } from '../user.constraints.js';

export class ChangeEmailDto {
  /** Unique, whatever the case. @example 'jd@example.com' */
  @IsUserEmail()
  readonly email: string;
}
