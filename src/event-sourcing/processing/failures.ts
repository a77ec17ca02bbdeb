/** What has gone wrong with a processor since it last succeeded. */
export class Failures {
  private outages = 0;
  private error: string | undefined;

  get lastError(): string | undefined {
    return this.error;
  }

  ofEvent(error: string): void {
    this.error = error;
  }

  /** @returns how often something other than an event was at fault, this time included. */
  ofSomethingElse(error: unknown): number {
    this.error = messageOf(error);
    this.outages += 1;
    return this.outages;
  }

  clear(): void {
    this.outages = 0;
    this.error = undefined;
  }
}

/** What an error says, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
