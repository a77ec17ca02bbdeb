import { DomainEvent } from '../../src/event-sourcing/index.js';

@DomainEvent('counter.started', { version: 1 })
export class CounterStarted {
  constructor(readonly label: string) {}
}

@DomainEvent('counter.increased', { version: 1 })
export class CounterIncreased {
  constructor(readonly by: number) {}
}
