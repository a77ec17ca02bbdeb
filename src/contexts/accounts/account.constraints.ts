import { IsUUID } from 'class-validator';

export function IsAccountId(): PropertyDecorator {
  return IsUUID('all', { message: 'id must be a UUID' });
}

export function IsOwner(): PropertyDecorator {
  return IsUUID('all', { message: 'owner must be the id of a user, a UUID' });
}

export function IsTransferId(): PropertyDecorator {
  return IsUUID('all', { message: 'transferId must be a UUID' });
}
