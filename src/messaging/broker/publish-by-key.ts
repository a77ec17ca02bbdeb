import { BrokerUnavailableError } from './broker.errors.js';
import type { OutgoingEvent } from './event-broker.js';

/**
 * Publishes the events of a key one after the other, and so many keys side by side: an event is under way only when those
 * before it have arrived. A key stops at its first event that fails. Where the broker is away, all keys stop. Nothing is
 * under way any more when it resolves or rejects.
 *
 * @throws what `publish` throws: for an outage, if there is one, otherwise for the first event that failed.
 */
export async function publishByKey(
  events: readonly OutgoingEvent[],
  inFlight: number,
  publish: (event: OutgoingEvent) => Promise<void>,
): Promise<void> {
  const keys = new Map<string, OutgoingEvent[]>();
  for (const event of events) {
    const before = keys.get(event.key);
    if (before) before.push(event);
    else keys.set(event.key, [event]);
  }
  const waiting = keys.values();
  const failures: unknown[] = [];
  let outage: unknown;
  const worker = async (): Promise<void> => {
    for (const ofKey of waiting) {
      try {
        for (const event of ofKey) {
          if (outage !== undefined) return;
          await publish(event);
        }
      } catch (error) {
        failures.push(error);
        if (error instanceof BrokerUnavailableError) outage ??= error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, keys.size) }, worker));
  if (failures.length > 0) throw outage ?? failures[0];
}
