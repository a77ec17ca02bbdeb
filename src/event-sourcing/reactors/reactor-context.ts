import { v5 } from 'uuid';
import type { EventEnvelope } from '../events/event-envelope.js';
import type { EffectLedger } from './effect-ledger.js';

/** Namespace of the ids of effects: any UUID of our own. */
const EFFECTS = '8a0f6f1c-7d0e-4c39-8a55-0d7c4b4f9e21';

/** What a reactor's method is given beside the event. */
export class ReactorContext {
  constructor(
    readonly envelope: EventEnvelope,
    private readonly reactor: string,
    private readonly ledger: EffectLedger,
  ) {}

  /** An id for what is done about this event, the same whenever the method is called for it: a command's, for example. */
  idFor(effect: string): string {
    return v5(`${this.reactor} ${this.envelope.id} ${effect}`, EFFECTS);
  }

  /**
   * Does something outside of the database, such as sending an e-mail, unless the ledger says that it is done. It is
   * noted as begun before and as done afterwards: between the two a crash leaves it unknown whether it was done, and
   * it is done again with the same key. A receiver that takes idempotency keys ignores that; with any other, it is done
   * at least once, and `hub_effects` shows which were begun more than once.
   *
   * @param effect tells it from others of the same event, for example `confirmation-mail`
   */
  async once(effect: string, act: (idempotencyKey: string) => Promise<unknown>): Promise<void> {
    const key = { reactor: this.reactor, eventId: this.envelope.id, effect };
    if (await this.ledger.begin(key)) return;
    await act(this.idFor(effect));
    await this.ledger.finish(key);
  }
}
