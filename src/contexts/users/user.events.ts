import { DomainEvent } from '../../event-sourcing/index.js';

@DomainEvent('user.created', { version: 1 })
export class UserCreated {
  constructor(
    readonly username: string,
    readonly email: string,
  ) {}
}

@DomainEvent('user.email-changed', { version: 1 })
export class UserEmailChanged {
  constructor(readonly email: string) {}
}

@DomainEvent('user.deactivated', { version: 1 })
export class UserDeactivated {}
