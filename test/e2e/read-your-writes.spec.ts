import { randomUUID } from 'node:crypto';
import { BuiltServer } from '../support/built-server.js';
import {
  createDatabase,
  type DatabaseKind,
  DATABASE_KINDS,
  type TestDatabase,
} from '../support/databases.js';

const PROCESSES: Readonly<Record<DatabaseKind, number>> = { postgres: 3, sqlite: 1 };
const WRITERS = 24;
const DEPOSITS = Number(process.env.DEPOSITS ?? 40);

/** A read that lacks what its writer had been told is stored. */
interface StaleRead {
  readonly balance: number | undefined;
  readonly deposited: number;
}

/** Each writer has an account that nobody else touches, so that it knows what must be read. */
describe.each(DATABASE_KINDS)('Who has written, among many others, on %s,', (kind) => {
  let database: TestDatabase;
  let servers: readonly BuiltServer[];

  beforeAll(async () => {
    database = await createDatabase(kind);
    servers = await Promise.all(
      Array.from({ length: PROCESSES[kind] }, () => BuiltServer.start(database)),
    );
  });

  afterAll(async () => {
    await Promise.all(servers.map((server) => server.kill()));
    await database.drop();
  });

  it('reads it with its position, from whatever process', async () => {
    expect(await staleReads((position) => position)).toEqual([]);
  }, 120_000);

  it('would often not, without it', async () => {
    const stale = await staleReads(() => 0);
    expect(stale.length).toBeGreaterThan(WRITERS);
  }, 120_000);

  async function staleReads(afterOf: (position: number) => number): Promise<StaleRead[]> {
    const writers = Array.from({ length: WRITERS }, (_, nr) => write(nr, afterOf));
    return (await Promise.all(writers)).flat();
  }

  async function write(
    nr: number,
    afterOf: (position: number) => number,
  ): Promise<readonly StaleRead[]> {
    const stale: StaleRead[] = [];
    const at = (place: number): BuiltServer => servers[place % servers.length];
    const owner = randomUUID();
    const { id } = (await at(nr).accounts.open(owner)).body;
    for (let deposited = 1; deposited <= DEPOSITS; deposited += 1) {
      const { status, headers } = await at(nr + deposited).accounts.deposit(id, 1);
      expect(status).toBe(200);
      const after = afterOf(Number(headers.get('hub-position')));
      const { accounts } = at(nr + deposited + 1);
      const listed = await accounts.list({ owner, after });
      expect(listed.status).toBe(200);
      const balance = listed.body.items.at(0)?.balance;
      if (balance !== deposited) stale.push({ balance, deposited });
      const statement = await accounts.statement(id, { after, limit: 200 });
      const last = statement.body.items?.at(-1)?.balance;
      if (last !== deposited) stale.push({ balance: last, deposited });
    }
    return stale;
  }
});
