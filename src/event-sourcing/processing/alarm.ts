/** Lets a loop rest until something happens, or until it has rested long enough. */
export class Alarm {
  private rung = false;
  private stopped = false;
  private setAt = 0;
  private wake: () => void = () => undefined;

  /** Begins a turn: what rings from now on is not missed. */
  set(): void {
    this.rung = false;
    this.setAt = performance.now();
  }

  /** Says that there may be something to do. */
  ring(): void {
    this.rung = true;
    this.wake();
  }

  /** Ends every rest at once, and for good. */
  stop(): void {
    this.stopped = true;
    this.ring();
  }

  /**
   * Resolves when it has rung since it was set, or after `atMostMs`. In any case the turn has then taken `gapMs`, which
   * is asked for again whenever it rings.
   */
  async rest(atMostMs: number, gapMs: () => number): Promise<void> {
    if (!this.rung) await this.ringOr(atMostMs);
    for (;;) {
      const leftMs = this.setAt + gapMs() - performance.now();
      if (leftMs <= 0 || this.stopped) return;
      await this.ringOr(leftMs);
    }
  }

  /** Resolves after `ms`, whatever rings meanwhile. */
  async sleep(ms: number): Promise<void> {
    const endsAt = performance.now() + ms;
    for (;;) {
      const leftMs = endsAt - performance.now();
      if (leftMs <= 0 || this.stopped) return;
      await this.ringOr(leftMs);
    }
  }

  private async ringOr(timeoutMs: number): Promise<void> {
    if (this.stopped) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = () => undefined;
  }
}
