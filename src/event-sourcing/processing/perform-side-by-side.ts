import type { EventEnvelope } from '../events/event-envelope.js';
import type { EffectProcessor } from './effect-processor.js';

/** How many streams are worked on at the same time. */
const SIDE_BY_SIDE = 32;

/**
 * Has a processor do what events call for: those of a stream one after the other, several streams side by side. Nothing
 * is under way any more when it resolves or rejects; a stream stops at its first event that fails.
 *
 * @throws what the processor throws for the first of them
 */
export async function performSideBySide(
  processor: EffectProcessor,
  envelopes: readonly EventEnvelope[],
): Promise<void> {
  const streams = new Map<string, EventEnvelope[]>();
  for (const envelope of envelopes) {
    const { stream } = envelope;
    streams.set(stream, [...(streams.get(stream) ?? []), envelope]);
  }
  const waiting = [...streams.values()];
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      try {
        for (const envelope of next) await processor.perform(envelope);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  if (failures.length > 0) throw failures[0];
}
