import { QueryFailedError } from 'typeorm';
import { failureOf } from '../support/async.js';
import {
  createDatabase,
  type DatabaseKind,
  DATABASE_KINDS,
  openDatabase,
  type OpenDatabase,
  type TestDatabase,
} from '../support/databases.js';

const MISTAKES: readonly (readonly [what: string, sql: string])[] = [
  ['a table that is not there', 'SELECT * FROM nowhere'],
  ['a column that is not there', 'SELECT nothing FROM things'],
  ['a column to write that is not there', 'INSERT INTO things (nothing) VALUES (1)'],
  ['a column to change that is not there', 'UPDATE things SET nothing = 1'],
  ['a function that is not there', 'SELECT never(1)'],
  ['a function with too few arguments', 'SELECT substr()'],
  ['a name that is ambiguous', 'SELECT id FROM things, more'],
  ['what is not SQL', 'INSRT INTO things'],
  ['a statement that ends too early', 'INSERT INTO things'],
  ['more values than columns', 'INSERT INTO things (id) VALUES (1, 2)'],
];

const VALUES: readonly (readonly [what: string, sql: string])[] = [
  ['a key that is there', 'INSERT INTO things (id, name) VALUES (1, NULL), (1, NULL)'],
  ['a value that is missing', 'INSERT INTO things (id) VALUES (NULL)'],
  ['a value that is too small', `INSERT INTO things (id, size) VALUES (3, -1)`],
];

const VALUES_OF: Readonly<Record<DatabaseKind, typeof VALUES>> = {
  sqlite: [
    ['what is no JSON', `SELECT json('{') FROM (SELECT 1)`],
    ['a number that is too large', 'SELECT abs(-9223372036854775808)'],
    ['what a trigger forbids', 'DELETE FROM hub_events'],
  ],
  postgres: [
    ['what is no JSON', `SELECT '{'::json`],
    ['a division by zero', 'SELECT 1 / 0'],
    ['what a trigger forbids', `DO $$ BEGIN RAISE 'No.'; END $$`],
  ],
};

/** What PostgreSQL itself is to blame for, by SQLSTATE. */
const OUTAGES: readonly (readonly [what: string, state: string])[] = [
  ['a connection that is lost', '08006'],
  ['no password any more', '28P01'],
  ['a transaction that others overtook', '40001'],
  ['a deadlock', '40P01'],
  ['a disk that is full', '53100'],
  ['too many connections', '53300'],
  ['a lock that is not given', '55P03'],
  ['a server that shuts down', '57P01'],
  ['a statement that an operator cancels', '57014'],
  ['a disk that fails', '58030'],
  ['a database that only reads', '25006'],
  ['a permission that is gone', '42501'],
  ['a bug of the server', 'XX000'],
];

describe.each(DATABASE_KINDS)('of errors of %s', (kind) => {
  let database: TestDatabase;
  let open: OpenDatabase;

  beforeAll(async () => {
    database = await createDatabase(kind);
    open = await openDatabase(database);
    await open.transactions.run(async (manager) => {
      await manager.query(
        'CREATE TABLE things (id integer NOT NULL UNIQUE, name text, size integer CHECK (size > 0))',
      );
      await manager.query('CREATE TABLE more (id integer)');
    });
    await open.store.append('thing-1', 'none', [
      { id: '0190b3c4-6b1c-7c3e-8f2a-5d9e1f7a2b3c', type: 'thing.made', version: 1, data: {} },
    ]);
  });

  afterAll(async () => {
    await open.close();
    await database.drop();
  });

  /** What is told of the error of a statement: of the one below, and of one that it is the cause of. */
  async function faultOf(sql: string): Promise<string> {
    const error = await failureOf(open.transactions.run((manager) => manager.query(sql)));
    expect(error).toBeInstanceOf(QueryFailedError);
    return told(error);
  }

  function told(error: unknown): string {
    return [
      ...(open.isAtFault(error) ? ['the database'] : []),
      ...(open.isMistake(error) ? ['the statement'] : []),
    ].join(' and ');
  }

  it.each(MISTAKES)('%s is a mistake of the statement', async (_, sql) => {
    expect(await faultOf(sql)).toBe('the statement');
  });

  it.each([...VALUES, ...VALUES_OF[kind]])('%s is neither', async (_, sql) => {
    expect(await faultOf(sql)).toBe('');
  });

  it.each([
    ['an error of the program', new TypeError('x is not a function')],
    ['a text', 'No.'],
    ['nothing', undefined],
    ['the socket of another system', Object.assign(new Error('x'), { code: 'ECONNREFUSED' })],
  ])('%s is neither', (_, error) => {
    expect(told(error)).toBe('');
  });

  if (kind === 'postgres') {
    it.each(OUTAGES)('%s is the fault of the database', async (_, state) => {
      const raise = `DO $$ BEGIN RAISE 'Now.' USING ERRCODE = '${state}'; END $$`;
      const error = await failureOf(open.dataSource.query(raise));
      expect(told(error)).toBe('the database');
    });
  } else {
    it('a write through the connection for reading is a mistake', async () => {
      const error = await failureOf(open.dataSource.query('DELETE FROM things'));
      expect(told(error)).toBe('the statement');
    });

    it.each([
      ...[
        'SQLITE_BUSY',
        'SQLITE_BUSY_SNAPSHOT',
        'SQLITE_LOCKED',
        'SQLITE_IOERR_WRITE',
        'SQLITE_FULL',
      ],
      ...['SQLITE_CANTOPEN', 'SQLITE_READONLY_DBMOVED', 'SQLITE_CORRUPT', 'SQLITE_NOMEM'],
    ])('%s is the fault of the database', (code) => {
      const error = Object.assign(new Error('x'), { code });
      expect(told(error)).toBe('the database');
      expect(told(new QueryFailedError('SELECT 1', [], error))).toBe('the database');
    });
  }
});
