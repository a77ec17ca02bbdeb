import { AppendResult, EventStore, type ReadLogOptions } from '../../store/event-store.js';
import type { RecordedEvent } from '../../store/recorded-event.js';

/** The log as it was when its head stood at a position that can be raised; for reading. */
export class BoundedLog extends EventStore {
  private bound = 0;

  constructor(private readonly log: EventStore) {
    super();
  }

  /** Shows the events up to `position`; never fewer than before. */
  raiseTo(position: number): void {
    this.bound = Math.max(this.bound, position);
  }

  override async headPosition(): Promise<number> {
    return Math.min(this.bound, await this.log.headPosition());
  }

  override readLog(options: ReadLogOptions = {}): AsyncIterable<RecordedEvent> {
    const upTo = Math.min(this.bound, options.upTo ?? this.bound);
    return this.log.readLog({ ...options, upTo });
  }

  override readStream(stream: string): AsyncIterable<RecordedEvent> {
    return this.log.readStream(stream);
  }

  override streamRevision(stream: string): Promise<number> {
    return this.log.streamRevision(stream);
  }

  override findEvent(id: string): Promise<RecordedEvent | undefined> {
    return this.log.findEvent(id);
  }

  override appendToStreams(): Promise<AppendResult> {
    return Promise.reject(new Error('A log that is only read takes no events.'));
  }
}
