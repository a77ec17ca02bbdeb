import { DomainEvent } from '../../../event-sourcing/index.js';

@DomainEvent('username.reserved', { version: 1 })
export class UsernameReserved {
  constructor(readonly userId: string) {}
}

@DomainEvent('email.reserved', { version: 1 })
export class EmailReserved {
  constructor(readonly userId: string) {}
}

@DomainEvent('email.released', { version: 1 })
export class EmailReleased {
  constructor(readonly userId: string) {}
}
