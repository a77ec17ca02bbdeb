import { importRootPackage, kit } from '../product.mjs';
import { ACCOUNT_TOTALS, addingUp } from './account-totals.mjs';

const { Column, Entity, PrimaryColumn } = await importRootPackage('typeorm');
const { On, OnBatch, Projection } = await kit();

const asNumber = { to: (value) => value, from: Number };

export class AccountTotal {}
PrimaryColumn('text')(AccountTotal.prototype, 'account');
Column('bigint', { transformer: asNumber })(AccountTotal.prototype, 'bookings');
Column('bigint', { transformer: asNumber })(AccountTotal.prototype, 'total');
Entity('account_totals')(AccountTotal);

/**
 * A projection that keeps the table.
 *
 * @param form `batches` adds up a batch and says the sums in one statement; `event by event` reads the row of the
 *   account through the EntityManager, and writes it
 * @param observe gets the envelopes of a batch, or one, and returns those to take into account
 */
export function accountTotals(Booked, { form, kind, observe, ...options }) {
  class InBatches {
    keepTotals(envelopes, manager) {
      const bookings = observe(envelopes).map(({ event }) => event);
      const { sql, parameters } = addingUp(kind, bookings);
      return manager.query(sql, parameters);
    }
  }
  class EventByEvent {
    async booked(_, { envelope, manager }) {
      for (const { event } of observe([envelope])) await book(event, manager);
    }
  }
  const [projection, method, decorator] =
    form === 'batches'
      ? [InBatches, 'keepTotals', OnBatch(Booked)]
      : [EventByEvent, 'booked', On(Booked)];
  const { prototype } = projection;
  decorator(prototype, method, Object.getOwnPropertyDescriptor(prototype, method));
  Projection({ name: ACCOUNT_TOTALS, version: 1, entities: [AccountTotal], ...options })(
    projection,
  );
  return projection;
}

async function book({ account, amount }, manager) {
  const row = await manager.findOneBy(AccountTotal, { account });
  if (row) {
    const { bookings, total } = row;
    await manager.update(
      AccountTotal,
      { account },
      { bookings: bookings + 1, total: total + amount },
    );
  } else {
    await manager.insert(AccountTotal, { account, bookings: 1, total: amount });
  }
}
