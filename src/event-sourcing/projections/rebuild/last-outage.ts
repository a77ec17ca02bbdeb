/** What has held a rebuild up, to be told until it has come further. */
export class LastOutage {
  private position = 0;
  private metAt = 0;
  private error: string | undefined;

  met(error: string): void {
    this.error = error;
    this.metAt = this.position;
  }

  /** @returns the error, if the rebuild, which is at `position`, has not come further since. */
  toldAt(position: number): string | undefined {
    if (position > this.metAt) this.error = undefined;
    this.position = position;
    return this.error;
  }
}
