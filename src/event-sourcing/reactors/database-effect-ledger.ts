import type { EventDatabase } from '../store/typeorm/event-database.js';
import { run } from '../processing/portable-sql.js';
import { EffectKey, EffectLedger } from './effect-ledger.js';

/** The ledger in the table `hub_effects`. */
export class DatabaseEffectLedger extends EffectLedger {
  constructor(private readonly database: EventDatabase) {
    super();
  }

  override begin({ reactor, eventId, effect }: EffectKey): Promise<boolean> {
    return this.database.transactions.run(async (manager) => {
      const [row] = await run<{ is_done: boolean | number }>(
        manager,
        `INSERT INTO hub_effects (reactor, event_id, effect, attempts, is_done, begun_at)
         VALUES (?, ?, ?, 1, false, {now})
         ON CONFLICT (reactor, event_id, effect)
         DO UPDATE SET attempts = hub_effects.attempts + CASE WHEN hub_effects.is_done THEN 0 ELSE 1 END
         RETURNING is_done`,
        [reactor, eventId, effect],
      );
      return Boolean(row.is_done);
    });
  }

  override async finish({ reactor, eventId, effect }: EffectKey): Promise<void> {
    await this.database.transactions.run((manager) =>
      run(
        manager,
        `UPDATE hub_effects SET is_done = true, done_at = {now}
          WHERE reactor = ? AND event_id = ? AND effect = ? RETURNING effect`,
        [reactor, eventId, effect],
      ),
    );
  }
}
