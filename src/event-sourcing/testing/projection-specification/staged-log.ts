import { Injectable } from '@nestjs/common';
import { EventStore } from '../../store/event-store.js';

/** Has the log end, for the runtime that reads it, where it is told to: so that the runtime's batches end there. */
@Injectable()
export class StagedLog {
  private end = 0;

  constructor(store: EventStore) {
    const headPosition = store.headPosition.bind(store);
    store.headPosition = async () => Math.min(this.end, await headPosition());
  }

  endAt(position: number): void {
    this.end = position;
  }
}
