import { SystemClock } from '../../src/event-sourcing/context/clock.js';
import { EventStore } from '../../src/event-sourcing/store/event-store.js';
import { InMemoryEventStore } from '../../src/event-sourcing/store/memory/in-memory-event-store.js';

/** A store with one fault, and the case of the contract that finds it. */
export interface BrokenEventStore {
  readonly fault: string;
  readonly failsAt: string;
  readonly Store: new () => EventStore;
}

/** What the broken stores are made from. */
export class SoundEventStore extends InMemoryEventStore {
  constructor() {
    super(new SystemClock());
  }
}
