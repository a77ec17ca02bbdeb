import { applyDecorators } from '@nestjs/common';
import { isEmail, IsUUID, Matches, MaxLength, ValidateBy } from 'class-validator';

/** A letter first, so that a user name is never taken for a number or an option. */
export const USERNAME = /^[A-Za-z][A-Za-z0-9._-]{2,31}$/;
export const MAX_EMAIL_LENGTH = 254;

/** 3 to 32 letters, digits, dots, dashes and underscores, starting with a letter. */
export function IsUsername(): PropertyDecorator {
  return Matches(USERNAME, {
    message:
      'username must be 3 to 32 letters, digits, ".", "-" or "_", and start with a letter, ' +
      'for example "john_doe"',
  });
}

/** An address as in RFC 5321, of at most 254 characters. */
export function IsUserEmail(): PropertyDecorator {
  return applyDecorators(
    ValidateBy({
      name: 'isEmail',
      validator: {
        validate: isWellFormedEmail,
        defaultMessage: () => 'email must be an e-mail address, for example "john@example.com"',
      },
    }),
    MaxLength(MAX_EMAIL_LENGTH, {
      message: `email must have at most ${MAX_EMAIL_LENGTH} characters`,
    }),
  );
}

export function IsUserId(): PropertyDecorator {
  return IsUUID('all', { message: 'id must be a UUID' });
}

/** Half of a surrogate pair makes the check of the address throw. */
function isWellFormedEmail(value: unknown): boolean {
  return typeof value === 'string' && !/\p{Cs}/u.test(value) && isEmail(value);
}
