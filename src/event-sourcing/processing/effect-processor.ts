import { EventEnvelope } from '../events/event-envelope.js';
import { Processor } from './processor.js';

/** A try of an event by an `EffectProcessor`. */
export interface Trial {
  /** How often the event has been tried by itself, over all processes, this time included. */
  readonly attempts: number;
  /** Whether an error would befall any event and may be over later. It is waited for, whatever the processor makes of it. */
  isOutage(error: unknown): boolean;
}

/**
 * A processor whose work reaches beyond the transaction of its checkpoint: it sends commands or speaks to other systems.
 * The work is done before the checkpoint behind it is committed, so at least once per event: after a crash in between,
 * or when an owner of the lease stood still for too long, it is done again. Whatever it does must bear that, by ids that
 * are derived from the event's.
 *
 * The events of a key, which is their stream unless it says otherwise, are worked on one after the other, in the order of
 * positions; those of different keys side by side. One that fails, time after time, is parked with the later events of its
 * key.
 */
export abstract class EffectProcessor extends Processor {
  /** Does what the event calls for. */
  abstract perform(envelope: EventEnvelope, trial: Trial): Promise<void>;

  /** What must be kept in order. */
  keyOf({ stream }: EventEnvelope): string {
    return stream;
  }

  override handle(): Promise<void> {
    return Promise.resolve();
  }
}
