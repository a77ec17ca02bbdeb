import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EventStore, ReadLogOptions } from '../../src/event-sourcing/store/event-store.js';
import type { RecordedEvent } from '../../src/event-sourcing/store/recorded-event.js';

/** Follows a log by polling from behind the last event it has seen, as every consumer of the log does. */
export class Tail {
  readonly seen: RecordedEvent[] = [];
  /** How many polls found something new. */
  catches = 0;

  constructor(
    private readonly store: EventStore,
    private readonly options: ReadLogOptions = {},
  ) {}

  /** Polls until there is nothing new after `writing` has ended. */
  async followWhile(writing: Promise<unknown>): Promise<void> {
    let ended = false;
    const end = (): boolean => (ended = true);
    void writing.then(end, end);
    for (;;) {
      const lastPoll = ended;
      const before = this.seen.length;
      const after = this.seen.at(-1)?.position ?? 0;
      for await (const event of this.store.readLog({ ...this.options, after })) {
        this.seen.push(event);
      }
      // On SQLite a read takes no turn of the event loop.
      await nextTurn();
      const caught = this.seen.length > before;
      if (caught) this.catches += 1;
      else if (lastPoll) return;
    }
  }
}
