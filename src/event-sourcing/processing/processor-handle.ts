import { ProcessorStatus } from './processor-status.js';

/** One processor, as `Processors` has to do with it: run by this process, or only looked at. */
export interface ProcessorHandle {
  status(): Promise<ProcessorStatus>;
  /** Whether this process knows already that everything up to `position` is handled. */
  hasReached(position: number): boolean;
  /** @returns whether everything up to `position` is handled, as soon as it is or after `timeoutMs`. */
  reached(position: number, timeoutMs: number): Promise<boolean>;
  /** Resolves when no batch is under way, in whatever process, and none will be begun; or when some may be again. */
  setPaused(isPaused: boolean): Promise<void>;
  /** @returns how many events of a batch it handled; 0 when there was nothing to do. */
  runOnce(): Promise<number>;
}
