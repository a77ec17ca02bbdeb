import type { EventEmitter } from 'node:events';
import type { DataSource } from 'typeorm';

/**
 * Keeps the process alive when PostgreSQL breaks a connection off. The driver emits an error on a connection that is
 * lent out and has no query under way, and TypeORM listens only for part of that time; an error nobody listens to
 * ends the process. Whoever uses the connection next hears of it from its query.
 */
export function surviveBrokenConnections(dataSource: DataSource): void {
  const { master: pool } = dataSource.driver as unknown as { readonly master: EventEmitter };
  const guarded = new WeakSet<EventEmitter>();
  pool.on('acquire', (connection: EventEmitter) => {
    if (guarded.has(connection)) return;
    guarded.add(connection);
    connection.on('error', () => undefined);
  });
}
