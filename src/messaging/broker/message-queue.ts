/** What has come and was not taken yet, for one taker. When it has ended, what is left may still be taken. */
export class MessageQueue<T> {
  private waiting: T[] = [];
  private ended: Error | undefined;
  private wake: () => void = () => undefined;

  add(item: T): void {
    this.waiting.push(item);
    this.wake();
  }

  /** Nothing comes any more. */
  end(reason: Error): void {
    this.ended ??= reason;
    this.wake();
  }

  /**
   * At most so many. Waits for the first for so long.
   * @throws why it has ended, when nothing is left
   */
  async next(atMost: number, waitMs: number): Promise<readonly T[]> {
    if (this.waiting.length === 0 && !this.ended) await this.something(waitMs);
    const taken = this.waiting.slice(0, atMost);
    if (taken.length === 0 && this.ended) throw this.ended;
    this.waiting = this.waiting.slice(taken.length);
    return taken;
  }

  private async something(waitMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = () => undefined;
  }
}
