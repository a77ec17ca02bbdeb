import { createRequire } from 'node:module';

const FIRST_NODE_OF_THE_NEW_LINE = 22;

/**
 * The line of better-sqlite3 that fits this Node, for the option `driver` of a TypeORM data source. Line 12 runs on
 * Node 20, and aborts the process on Node 24 when a statement is garbage collected; line 13 needs Node 22.
 */
export function sqliteDriver(): unknown {
  const require = createRequire(import.meta.url);
  const [major] = process.versions.node.split('.').map(Number);
  return require(major >= FIRST_NODE_OF_THE_NEW_LINE ? 'better-sqlite3-13' : 'better-sqlite3');
}
