import { Injectable } from '@nestjs/common';
import { NotTheFirstParkedEventError, SqlDatabase } from '../../../event-sourcing/index.js';
import { parkedDeliveryNotFound } from '../group.problems.js';
import { GroupTables, GroupTurns } from '../group-turns.js';
import type { Delivery } from '../tables/delivery.js';

/** What groups have set aside. */
@Injectable()
export class ParkedDeliveries {
  constructor(
    private readonly database: SqlDatabase,
    private readonly turns: GroupTurns,
  ) {}

  /** By position. */
  list(group: string, after: number, limit: number, stream?: string): Promise<readonly Delivery[]> {
    const { deliveries } = new GroupTables(this.database.read, group);
    return deliveries.parked(after, limit, stream);
  }

  /** Has a stream handed out again, from its first parked event on. @returns how many events of it were parked. */
  retry(group: string, stream: string): Promise<number> {
    return this.turns.take(group, ({ deliveries }) => deliveries.unpark(stream));
  }

  /**
   * Gives up an event for good. Those behind it in its stream stay parked until they are retried.
   * @throws ProblemException, NotTheFirstParkedEventError
   */
  async skip(group: string, position: number): Promise<void> {
    await this.turns.take(group, async ({ deliveries }) => {
      const [found] = await deliveries.at([position]);
      if (found?.state !== 'parked') {
        throw parkedDeliveryNotFound(group, `the event at position ${position}`);
      }
      const { stream } = found;
      const [first] = await deliveries.parked(0, 1, stream);
      if (first.position !== position) {
        throw new NotTheFirstParkedEventError(stream, position, first.position);
      }
      await deliveries.remove([position]);
    });
  }
}
