import type { EventDatabase } from '../store/typeorm/event-database.js';
import { breakingOffAfter, run } from '../processing/portable-sql.js';
import { EffectKey, EffectLedger } from './effect-ledger.js';

const LONGEST_SILENCE_MS = 6_000;

/** The ledger in the table `hub_effects`. */
export class DatabaseEffectLedger extends EffectLedger {
  private readonly breakingOff: string;

  constructor(private readonly database: EventDatabase) {
    super();
    this.breakingOff = breakingOffAfter(LONGEST_SILENCE_MS, database.dataSource);
  }

  override begin({ reactor, eventId, effect }: EffectKey): Promise<boolean> {
    return this.database.transactions.run(async (manager) => {
      const [row] = await run<{ is_done: boolean | number }>(
        manager,
        `INSERT INTO hub_effects (reactor, event_id, effect, attempts, is_done, begun_at)
         VALUES (?, ?, ?, 1, false, {now})
         ON CONFLICT (reactor, event_id, effect)
         DO UPDATE SET attempts = hub_effects.attempts + CASE WHEN hub_effects.is_done THEN 0 ELSE 1 END
         RETURNING is_done${this.breakingOff}`,
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
          WHERE reactor = ? AND event_id = ? AND effect = ? RETURNING effect${this.breakingOff}`,
        [reactor, eventId, effect],
      ),
    );
  }
}
