/** An effect on the world outside, of one reactor and one event. */
export interface EffectKey {
  readonly reactor: string;
  readonly eventId: string;
  /** Tells it from other effects of the same event. */
  readonly effect: string;
}

/** Notes which effects were begun and which are done, durably, and apart from what the effects change. */
export abstract class EffectLedger {
  /** @returns whether it is done already; if not, it is noted as begun, once more. */
  abstract begin(key: EffectKey): Promise<boolean>;

  /** Notes it as done. */
  abstract finish(key: EffectKey): Promise<void>;
}
