/** How the transfers are set up. */
export interface TransfersOptions {
  /** How long a transfer may take until its money goes back, in milliseconds. @default 60000 */
  readonly timeoutMs?: number;
  /** The directory in which mail is put. @default 'data/outbox' */
  readonly outbox?: string;
}

export class TransfersSettings {
  readonly timeoutMs: number;
  readonly outbox: string;

  constructor({ timeoutMs = 60_000, outbox = 'data/outbox' }: TransfersOptions) {
    this.timeoutMs = timeoutMs;
    this.outbox = outbox;
  }
}
