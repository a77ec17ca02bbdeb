import type { EventEnvelope } from '../events/event-envelope.js';
import type { EffectProcessor, Trial } from './effect-processor.js';

/** How many keys are worked on at the same time. */
const SIDE_BY_SIDE = 32;

/**
 * Has a processor do what events call for: those of a key one after the other, several keys side by side. Nothing is under
 * way any more when it resolves or rejects; a key stops at its first event that fails.
 *
 * @throws what the processor throws for the first of them
 */
export async function performSideBySide(
  processor: EffectProcessor,
  envelopes: readonly EventEnvelope[],
  trial: Trial,
): Promise<void> {
  const keys = new Map<string, EventEnvelope[]>();
  for (const envelope of envelopes) {
    const key = processor.keyOf(envelope);
    keys.set(key, [...(keys.get(key) ?? []), envelope]);
  }
  const waiting = [...keys.values()];
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      try {
        for (const envelope of next) await processor.perform(envelope, trial);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  if (failures.length > 0) throw failures[0];
}
