import type { RecordedEvent } from '../../event-sourcing/index.js';
import { loggedEventOf } from '../logged-event.dto.js';

// The text of Server-Sent Events, as the HTML standard has it.

/** How long a client is to wait before it connects again. */
const RECONNECT_MS = 1_000;

/** Of events that many get, the text is made once. */
const frames = new WeakMap<RecordedEvent, string>();

/** What a stream begins with. */
export const OPENING = `retry: ${RECONNECT_MS}\n\n`;

/** An event of the log; its id is its position. */
export function eventFrame(event: RecordedEvent): string {
  return `id: ${event.position}\ndata: ${JSON.stringify(loggedEventOf(event))}\n\n`;
}

/** As `eventFrame`, of an event that others get as well. */
export function sharedEventFrame(event: RecordedEvent): string {
  let frame = frames.get(event);
  if (frame === undefined) {
    frame = eventFrame(event);
    frames.set(event, frame);
  }
  return frame;
}

/**
 * A sign of life, which clients do not hear of. It moves on where they resume: nothing that they want stands up to this
 * position. A comment says the same to those who look at it.
 */
export function heartbeatFrame(position: number): string {
  return `: through ${position}\nid: ${position}\n\n`;
}
