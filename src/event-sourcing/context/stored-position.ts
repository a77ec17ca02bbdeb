import { circumstances } from './circumstances.js';

/**
 * How far into the log somebody must read to see everything that some work has stored, or has found stored before: the
 * highest position of it. Hand it to `notingStored`, and read it when the work is done.
 */
export class StoredPosition {
  private highest: number | undefined;

  /** Undefined as long as nothing was stored, and no command has been handled. */
  get value(): number | undefined {
    return this.highest;
  }

  /** Takes note of a position, if it is the highest so far. */
  note(position: number): void {
    this.highest = Math.max(this.highest ?? 0, position);
  }
}

/**
 * Runs `work`, and has `stored` hear of everything that is stored on behalf of it: by the event writer, for each append,
 * and by the command bus, which notes the head of the log for a command that has succeeded and has stored nothing. What
 * runs in a context of its own, such as a handler that follows an event, is not on behalf of it.
 */
export function notingStored<T>(stored: StoredPosition, work: () => T): T {
  return circumstances.run({ context: {}, ...circumstances.getStore(), stored }, work);
}

/** Who wants to hear what is stored at present; undefined when nobody does. */
export function currentStoredPosition(): StoredPosition | undefined {
  return circumstances.getStore()?.stored;
}
