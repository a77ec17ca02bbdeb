import { DataSource } from 'typeorm';
import type { TestServer } from '../server.js';

/** What changes without anybody having asked for it. */
const BY_ITSELF = [
  ...['owner', 'token', 'lease_expires_at', 'updated_at', 'position', 'last_used_at'],
];

/** All rows of all tables of a server on SQLite, but for what processors note of themselves. */
export async function everythingStored({ app }: TestServer): Promise<unknown> {
  const database = app.get(DataSource);
  const tables = await database.query<{ name: string }[]>(
    `SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`,
  );
  const stored: Record<string, unknown> = {};
  for (const { name } of tables) {
    const rows = await database.query<Record<string, unknown>[]>(`SELECT * FROM ${name}`);
    stored[name] = name === 'hub_checkpoints' ? rows.map(withoutMovement) : rows.map(withoutUse);
  }
  return stored;
}

function withoutMovement(row: Record<string, unknown>): unknown {
  return Object.fromEntries(Object.entries(row).filter(([column]) => !BY_ITSELF.includes(column)));
}

function withoutUse({ last_used_at: _, ...row }: Record<string, unknown>): unknown {
  return row;
}
