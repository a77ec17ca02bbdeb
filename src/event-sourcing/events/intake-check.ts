import type { StreamAppend } from '../store/event-store.js';

/**
 * What else events from outside must be like, by rules that the kit does not know. A port; `EventIntake.demand` takes it.
 * The check and the append are not one transaction: what the check relies on may change between the two.
 */
export abstract class IntakeCheck {
  /**
   * Looks at appends that are well-formed, and belong to nobody here, before they are stored.
   * @throws what the caller of `EventIntake.append` is to be told; nothing is written then.
   */
  abstract assertTakeable(appends: readonly StreamAppend[]): Promise<void>;
}
