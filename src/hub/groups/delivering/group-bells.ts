import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { LogFeed } from '../../../event-sourcing/index.js';

/** Wakes those who wait for something to happen to a group, or to the log. What other processes do to a group it does not hear. */
@Injectable()
export class GroupBells implements OnModuleDestroy {
  private readonly waiting = new Map<() => void, string>();
  private end: (() => void) | undefined;
  private isStopped = false;

  constructor(private readonly feed: LogFeed) {}

  /** Resolves after a time, or sooner: when something may have happened, with the signal, or when the application stops. */
  wait(group: string, atMostMs: number, signal: AbortSignal): Promise<void> {
    if (this.isStopped || signal.aborted) return Promise.resolve();
    this.end ??= this.feed.listen(() => this.wake(() => true));
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.waiting.delete(done);
        if (this.waiting.size === 0) this.fallSilent();
        resolve();
      };
      const timer = setTimeout(done, atMostMs);
      signal.addEventListener('abort', done, { once: true });
      this.waiting.set(done, group);
    });
  }

  ring(group: string): void {
    this.wake((each) => each === group);
  }

  /** Whether nobody is to wait any more. */
  get isOver(): boolean {
    return this.isStopped;
  }

  onModuleDestroy(): void {
    this.isStopped = true;
    this.wake(() => true);
  }

  private wake(isMeant: (group: string) => boolean): void {
    for (const [done, group] of [...this.waiting]) if (isMeant(group)) done();
  }

  private fallSilent(): void {
    this.end?.();
    this.end = undefined;
  }
}
