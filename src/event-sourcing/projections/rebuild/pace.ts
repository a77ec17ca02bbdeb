const WINDOW_MS = 5_000;

/** How fast something moves, judged by the last seconds. */
export class Pace {
  private readonly seen: { readonly at: number; readonly position: number }[] = [];

  /** @returns positions a second; 0 before it is known */
  at(position: number, now = performance.now()): number {
    this.seen.push({ at: now, position });
    while (this.seen.length > 2 && now - this.seen[0].at > WINDOW_MS) this.seen.shift();
    const [first] = this.seen;
    return now > first.at ? ((position - first.position) / (now - first.at)) * 1_000 : 0;
  }
}
