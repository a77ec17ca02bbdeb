import { setImmediate as nextTurn } from 'node:timers/promises';
import { runInNewContext } from '../../context/message-context.js';

const CONCURRENCY = 2;
const MAX_WAITING = 100;

/**
 * Does work behind whoever asks for it: never in the same turn of the event loop, a little at a time, and for a stream
 * one after the other. It is for work that may be left undone: what there is no room for is dropped.
 */
export class SnapshotQueue {
  private readonly waiting = new Map<string, () => Promise<void>>();
  private readonly running = new Map<string, Promise<void>>();
  private closed = false;

  /**
   * Dropped is what comes while the same is under way for the stream, while too much waits, or after `close`.
   * @param work must not fail
   */
  submit(stream: string, work: () => Promise<void>): void {
    if (this.closed || this.running.has(stream) || this.waiting.size >= MAX_WAITING) return;
    this.waiting.set(stream, work);
    this.startNext();
  }

  /** Resolves when nothing is waiting or under way. */
  async drained(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running.values());
  }

  /** Takes on nothing more, and finishes what it has. */
  async close(): Promise<void> {
    this.closed = true;
    await this.drained();
  }

  private startNext(): void {
    for (const [stream, work] of this.waiting) {
      if (this.running.size >= CONCURRENCY) return;
      this.waiting.delete(stream);
      this.running.set(stream, this.run(stream, work));
    }
  }

  private async run(stream: string, work: () => Promise<void>): Promise<void> {
    await nextTurn();
    await runInNewContext({}, work);
    this.running.delete(stream);
    this.startNext();
  }
}
