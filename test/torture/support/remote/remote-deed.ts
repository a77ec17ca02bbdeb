import type { AppendResult, StreamAppend } from '../../../../src/event-sourcing/index.js';
import type { Outcome } from '../deed.js';

/** One append that a writer in another process than the hub has asked for. */
export interface RemoteDeed {
  readonly name: string;
  readonly appends: readonly StreamAppend[];
  /** What the writer knows of it after its last try. */
  readonly outcome: Outcome;
  /** When it is acknowledged. */
  readonly result?: AppendResult;
  /** Whether nobody else's append can stand in its way. */
  readonly isUncontested: boolean;
}
