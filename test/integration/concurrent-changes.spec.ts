import { assembleKit } from '../support/kit.js';
import { Counter } from '../support/counter.aggregate.js';
import {
  createDatabase,
  DATABASE_KINDS,
  openDatabase,
  type OpenDatabase,
  type TestDatabase,
} from '../support/databases.js';
import { range } from '../support/effects.js';

describe.each(DATABASE_KINDS)('many changes of one aggregate at once, on %s', (kind) => {
  let database: TestDatabase;
  let open: OpenDatabase[];

  beforeAll(async () => {
    database = await createDatabase(kind);
    open = [await openDatabase(database), await openDatabase(database)];
  });

  afterAll(async () => {
    await Promise.all(open.map(({ close }) => close()));
    await database.drop();
  });

  it.each([1, 2])('all succeed, one after the other, in %d process(es)', async (processes) => {
    const repositories = open
      .slice(0, processes)
      .map(({ store }) => assembleKit({ store }).repository(Counter));
    const id = `in-${processes}`;
    const counter = new Counter(id);
    counter.start('visits');
    await repositories[0].save(counter);
    const changed = await Promise.all(
      range(1, 50).map((nr) =>
        repositories[nr % processes].execute(id, (each) => each.increase(nr)),
      ),
    );
    expect(await repositories[0].load(id)).toMatchObject({ revision: 51, total: (50 * 51) / 2 });
    // Each was decided on a state of its own.
    expect(new Set(changed.map(({ revision }) => revision)).size).toBe(50);
  });
});
