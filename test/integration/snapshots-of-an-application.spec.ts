import {
  Aggregate,
  AggregateRepository,
  AggregateRoot,
  ConfigurationError,
  DomainEvent,
  EventSourcingModule,
  getAggregateRepositoryToken,
  SnapshotStore,
} from '../../src/event-sourcing/index.js';
import { Snapshots } from '../../src/event-sourcing/aggregate/snapshots/snapshots.js';
import { failureOf } from '../support/async.js';
import { bootKit, type BootedKit } from '../support/booted-kit.js';
import {
  createDatabase,
  DATABASE_KINDS,
  openDatabase,
  type TestDatabase,
} from '../support/databases.js';
import { killedBy } from '../support/worker-process.js';

@DomainEvent('tally.counted')
class Counted {}

@Aggregate('tally', { snapshot: { every: 10 } })
class Tally extends AggregateRoot {
  total = 0;

  count(times: number): void {
    for (let nr = 1; nr <= times; nr += 1) this.apply(new Counted());
  }

  onCounted(_event: Counted): void {
    this.total += 1;
  }
}

describe.each(DATABASE_KINDS)('in an application on %s, a snapshot', (kind) => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createDatabase(kind);
  });

  afterEach(() => database.drop());

  const boot = (): Promise<BootedKit> =>
    bootKit({ database, imports: [EventSourcingModule.forFeature([Tally])] });

  const tallies = ({ app }: BootedKit): AggregateRepository<Tally> =>
    app.get(getAggregateRepositoryToken(Tally), { strict: false });

  async function storedRevisions(): Promise<number[]> {
    const open = await openDatabase(database);
    const rows = await open.dataSource.query<{ revision: number | string }[]>(
      'SELECT revision FROM hub_snapshots ORDER BY revision',
    );
    await open.close();
    return rows.map(({ revision }) => Number(revision));
  }

  it('that was asked for is written before the database is closed', async () => {
    const kit = await boot();
    const tally = new Tally('1');
    tally.count(12);
    await tallies(kit).save(tally);
    await kit.app.close();
    expect(await storedRevisions()).toEqual([12]);
    expect([...kit.logs.errors, ...kit.logs.warnings]).toEqual([]);
  });

  it('is all that is lost when the process is killed between the commit and the snapshot', async () => {
    expect(await killedBy('killed-before-snapshot.mjs', database)).toBe('SIGKILL');
    expect(await storedRevisions()).toEqual([]);

    const kit = await boot();
    expect(await tallies(kit).load('1')).toMatchObject({ revision: 10, total: 10 });
    await kit.app.get(Snapshots).drained();
    expect(await storedRevisions()).toEqual([10]);
    await kit.app.close();
  });

  it('that cannot be stored costs no command', async () => {
    const kit = await boot();
    const open = await openDatabase(database);
    await open.transactions.run((manager) => manager.query('DROP TABLE hub_snapshots'));
    await open.close();
    const tally = new Tally('1');
    tally.count(12);
    await tallies(kit).save(tally);
    await tallies(kit).execute('1', (each) => each.count(10));
    expect(await tallies(kit).load('1')).toMatchObject({ revision: 22, total: 22 });
    await kit.app.close();
    expect(kit.logs.warnings.join('\n')).toMatch(
      /No snapshot of "tally-1" was taken: .*hub_snapshots/,
    );
    expect(kit.logs.errors).toEqual([]);
  });
});

describe('an application', () => {
  it('does not start with an aggregate that hides state from its snapshots', async () => {
    @Aggregate('safe', { snapshot: { every: 10 } })
    class Safe extends AggregateRoot {
      readonly #code = '';
      get code(): string {
        return this.#code;
      }
    }
    const failure = await failureOf(bootKit({ imports: [EventSourcingModule.forFeature([Safe])] }));
    expect(failure).toBeInstanceOf(ConfigurationError);
    expect(failure.message).toMatch(
      /^Safe keeps state in #code, .* Write private code, or override/,
    );
  });

  it('lets a test or another database keep the snapshots', async () => {
    class Nowhere extends SnapshotStore {
      saved = 0;
      override async findNearest(): Promise<undefined> {}
      override async save(): Promise<void> {
        this.saved += 1;
      }
    }
    const nowhere = new Nowhere();
    const { app } = await bootKit({
      imports: [EventSourcingModule.forFeature([Tally])],
      configure: (builder) => builder.overrideProvider(SnapshotStore).useValue(nowhere),
    });
    const tally = new Tally('1');
    tally.count(10);
    const repository = app.get<AggregateRepository<Tally>>(getAggregateRepositoryToken(Tally), {
      strict: false,
    });
    await repository.save(tally);
    await app.close();
    expect(nowhere.saved).toBe(1);
  });
});
