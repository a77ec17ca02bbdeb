/** So many events in a row are not each at fault. */
const TOO_MANY_IN_A_ROW = 5;

/** The events in a row that a mistake in the code, or a table that is not as it should be, has failed. */
export class Mistakes {
  private count = 0;
  private after = 0;

  /** Where the processor stood before the first of them. */
  get startedAfter(): number {
    return this.after;
  }

  get hasAny(): boolean {
    return this.count > 0;
  }

  /** Whether it is not the events that are at fault. */
  get areTooMany(): boolean {
    return this.count >= TOO_MANY_IN_A_ROW;
  }

  /** @param position where the processor stands before the event */
  add(position: number): void {
    if (this.count === 0) this.after = position;
    this.count += 1;
  }

  /** One of another kind came in between. */
  clear(): void {
    this.count = 0;
  }
}
