export type DatabaseUrl =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgres'; readonly url: string };

const EXAMPLES =
  'type DATABASE_URL=sqlite:data/hindsight.sqlite or DATABASE_URL=postgres://user:password@localhost:5432/hindsight';

/** @throws Error whose message says what is wrong and what to type; it never holds a password. */
export function parseDatabaseUrl(text: string): DatabaseUrl {
  const trimmed = text.trim();
  if (trimmed === '') throw new Error(`DATABASE_URL is empty: ${EXAMPLES}`);
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(trimmed)?.[1].toLowerCase();
  if (scheme === 'sqlite') return parseSqlite(trimmed.slice('sqlite:'.length));
  if (scheme === 'postgres' || scheme === 'postgresql') return parsePostgres(trimmed);
  const problem = scheme === undefined ? 'has no scheme' : `has the unknown scheme "${scheme}:"`;
  throw new Error(`DATABASE_URL ${problem}: ${EXAMPLES}`);
}

/** For people and logs: names the database without its password. */
export function describeDatabase(database: DatabaseUrl): string {
  if (database.kind === 'sqlite') return `SQLite, ${database.path}`;
  const url = new URL(database.url);
  const user = url.username === '' ? '' : `${decodeURIComponent(url.username)}@`;
  return `PostgreSQL, ${user}${url.host}${url.pathname}`;
}

function parseSqlite(afterScheme: string): DatabaseUrl {
  // sqlite:///absolute/path is how other tools write it.
  const path = afterScheme.startsWith('//') ? afterScheme.slice(2) : afterScheme;
  if (path === '') {
    throw new Error(`DATABASE_URL names no SQLite file: ${EXAMPLES}`);
  }
  if (path === ':memory:') {
    throw new Error(
      'DATABASE_URL is "sqlite::memory:", which cannot be used: the log is written and read through two ' +
        `connections, and a database in memory belongs to one connection only: ${EXAMPLES}`,
    );
  }
  return { kind: 'sqlite', path };
}

function parsePostgres(text: string): DatabaseUrl {
  const url = tryParse(text);
  if (url === undefined) {
    throw new Error(
      `DATABASE_URL is not a PostgreSQL URL (in a user name or password, write @ as %40, : as %3A, / as %2F): ${EXAMPLES}`,
    );
  }
  if (url.hostname === '') throw new Error(`DATABASE_URL names no PostgreSQL host: ${EXAMPLES}`);
  if (url.pathname.length < 2) {
    throw new Error(`DATABASE_URL names no PostgreSQL database: ${EXAMPLES}`);
  }
  return { kind: 'postgres', url: text };
}

function tryParse(text: string): URL | undefined {
  try {
    const url = new URL(text);
    decodeURIComponent(url.username + url.password + url.pathname);
    return url;
  } catch {
    return undefined;
  }
}
