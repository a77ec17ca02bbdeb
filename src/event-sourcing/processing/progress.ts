/** How far a processor has come, and who waits for it. */
export class Progress {
  private readonly waiters = new Set<() => void>();
  private reachedPosition = 0;
  private lastCheckpoint = 0;

  constructor(private readonly onWaiter: () => void) {}

  /** May be ahead of the checkpoint, which is not moved past events that nobody wants, except now and then. */
  get position(): number {
    return this.reachedPosition;
  }

  get isAwaited(): boolean {
    return this.waiters.size > 0;
  }

  /** Takes the checkpoint's word: a database that was restored may have gone back. */
  follow(checkpoint: number): void {
    if (checkpoint < this.lastCheckpoint) this.reachedPosition = checkpoint;
    this.lastCheckpoint = checkpoint;
    if (checkpoint > this.reachedPosition) this.reach(checkpoint);
  }

  reach(position: number): void {
    this.reachedPosition = position;
    for (const settle of [...this.waiters]) settle();
  }

  /** @returns whether `position` was reached, as soon as it is or after `timeoutMs`. */
  async reached(position: number, timeoutMs: number): Promise<boolean> {
    if (this.reachedPosition >= position) return true;
    const timeout = AbortSignal.timeout(timeoutMs);
    return new Promise((resolve) => {
      const settle = (): void => {
        const reached = this.reachedPosition >= position;
        if (!reached && !timeout.aborted) return;
        this.waiters.delete(settle);
        timeout.removeEventListener('abort', settle);
        resolve(reached);
      };
      this.waiters.add(settle);
      timeout.addEventListener('abort', settle);
      this.onWaiter();
    });
  }
}
