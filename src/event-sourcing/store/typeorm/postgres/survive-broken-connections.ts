import type { EventEmitter } from 'node:events';
import type { DataSource } from 'typeorm';
import { postgresPool } from './postgres-pool.js';

/**
 * Keeps the process alive when PostgreSQL breaks a connection off. The driver emits an error on a connection that is
 * lent out and has no query under way, and TypeORM listens only for part of that time; an error nobody listens to
 * ends the process. Whoever uses the connection next hears of it from its query.
 */
export function surviveBrokenConnections(dataSource: DataSource): void {
  const guarded = new WeakSet<EventEmitter>();
  postgresPool(dataSource).on('acquire', (connection: EventEmitter) => {
    if (guarded.has(connection)) return;
    guarded.add(connection);
    connection.on('error', () => undefined);
  });
}
