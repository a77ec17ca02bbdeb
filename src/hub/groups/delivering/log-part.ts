import type { RecordedEvent } from '../../../event-sourcing/index.js';

/** A part of the log, as far as a group wants it. */
export interface LogPart {
  readonly after: number;
  /** Nothing else that is wanted stands between `after` and here. */
  readonly through: number;
  readonly events: readonly RecordedEvent[];
}
