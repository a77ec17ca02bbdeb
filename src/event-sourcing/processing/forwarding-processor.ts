import type { RecordedEvent } from '../store/recorded-event.js';
import type { Trial } from './effect-processor.js';
import { Processor } from './processor.js';

/**
 * A processor that hands events on as they are stored: of every type, also of types that no class is declared for, and
 * neither lifted by upcasters nor turned into instances. As with an `EffectProcessor`, its work is done before the
 * checkpoint behind it is committed, so at least once per event, and must bear repeating.
 *
 * An event that it cannot hand on, time after time, is parked with the later events of its stream.
 */
export abstract class ForwardingProcessor extends Processor {
  override readonly eventTypes: readonly string[] = [];

  /** Of streams in one of these categories; without them, of all. */
  readonly categories: readonly string[] | undefined = undefined;

  /**
   * Hands on events in the order of positions. When it resolves, they have arrived for good. When it rejects, so has the
   * beginning of each stream's events at the most, and nothing is under way any more: all of them are given to it again.
   */
  abstract forward(events: readonly RecordedEvent[], trial: Trial): Promise<void>;

  override handle(): Promise<void> {
    return Promise.resolve();
  }
}
