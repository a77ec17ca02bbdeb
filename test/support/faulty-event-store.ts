import { StoreUnavailableError } from '../../src/event-sourcing/index.js';
import {
  type AppendResult,
  EventStore,
  type ReadLogOptions,
  type ReadStreamOptions,
  type StreamAppend,
} from '../../src/event-sourcing/store/event-store.js';
import type { RecordedEvent } from '../../src/event-sourcing/store/recorded-event.js';

/** Where the next append breaks off: before anything is written, or after all of it is, with the caller told nothing. */
export type Fault = 'before the write' | 'after the write';

/** A store that fails on demand, and that can be made to wait before it writes. */
export class FaultyEventStore extends EventStore {
  private readonly faults: Fault[] = [];
  private gate: Promise<unknown> = Promise.resolve();
  /** How many times an append was asked for. */
  appends = 0;

  constructor(private readonly inner: EventStore) {
    super();
  }

  /** The next appends fail like this, one after the other; those after them succeed. */
  failNext(...faults: Fault[]): void {
    this.faults.push(...faults);
  }

  /** Appends write when `gate` has resolved. */
  writeAfter(gate: Promise<unknown>): void {
    this.gate = gate;
  }

  override async appendToStreams(appends: readonly StreamAppend[]): Promise<AppendResult> {
    this.appends += 1;
    await this.gate;
    const fault = this.faults.shift();
    if (fault === 'before the write') throw new StoreUnavailableError('The database is away.');
    const result = await this.inner.appendToStreams(appends);
    if (fault === 'after the write') throw new StoreUnavailableError('The connection broke off.');
    return result;
  }

  override readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<RecordedEvent> {
    return this.inner.readStream(stream, options);
  }

  override readLog(options?: ReadLogOptions): AsyncIterable<RecordedEvent> {
    return this.inner.readLog(options);
  }

  override headPosition(): Promise<number> {
    return this.inner.headPosition();
  }

  override streamRevision(stream: string): Promise<number> {
    return this.inner.streamRevision(stream);
  }

  override findEvent(id: string): Promise<RecordedEvent | undefined> {
    return this.inner.findEvent(id);
  }
}
