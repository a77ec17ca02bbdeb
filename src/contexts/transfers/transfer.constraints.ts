import { IsUUID } from 'class-validator';

export function IsTransferId(): PropertyDecorator {
  return IsUUID('all', { message: 'id must be a UUID' });
}

/** For the accounts that a transfer is about. */
export function IsAccount(): PropertyDecorator {
  return IsUUID('all', { message: '$property must be the id of an account, a UUID' });
}
