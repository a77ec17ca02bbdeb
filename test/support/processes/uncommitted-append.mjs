// @ts-check
import { FlightPlan } from '../../../dist/event-sourcing/store/typeorm/postgres/flight-plan.js';
import { prepareAppend } from '../../../dist/event-sourcing/store/prepared-append.js';

/** @import { EntityManager } from 'typeorm' */
/** @import { NewEvent } from '../../../dist/event-sourcing/store/recorded-event.js' */

const PLACEHOLDERS = Array.from({ length: 14 }, (_, index) => `$${index + 1}`).join(', ');

/**
 * Does what the store does for an append, inside a transaction of the caller's: what becomes of the events is decided
 * by whoever ends the transaction.
 *
 * @param {EntityManager} manager
 * @param {string} stream
 * @param {readonly NewEvent[]} events
 */
export async function appendUncommitted(manager, stream, events) {
  if (manager.connection.options.type === 'postgres') {
    const append = prepareAppend([{ stream, expectedRevision: 'any', events }]);
    const parameters = [new Date(), ...new FlightPlan([append]).parameters()];
    await manager.query(`SELECT hub_append(${PLACEHOLDERS})`, parameters);
    return;
  }
  for (const { id, type, version, data, metadata } of events) {
    await manager.query(
      `INSERT INTO hub_events (position, id, stream, revision, category, type, version, data, metadata, recorded_at)
       SELECT (SELECT coalesce(max(position), 0) + 1 FROM hub_events), ?, ?,
              (SELECT coalesce(max(revision), 0) + 1 FROM hub_events WHERE stream = ?), ?, ?, ?, ?, ?,
              coalesce((SELECT max(recorded_at) FROM hub_events), '2026-01-01T00:00:00.000Z')`,
      [
        ...[id, stream, stream, stream.split('-')[0], type, version],
        ...[JSON.stringify(data), JSON.stringify(metadata)],
      ],
    );
  }
}
