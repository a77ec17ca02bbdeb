import { v7 } from 'uuid';
import {
  Clock,
  ParkedEvents,
  Processors,
  StoreUnavailableError,
  type Verdict,
} from '../../src/event-sourcing/index.js';
import { collect, until } from '../support/async.js';
import { type BootedKit, bootKit } from '../support/booted-kit.js';
import { SettableClock } from '../support/controlled-environment.js';
import { createDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.js';
import {
  BookCourier,
  BookCourierHandler,
  NoCourierError,
  ParcelBooked,
  WatchedParcelSaga,
  Post,
  TellCustomer,
  TellCustomerHandler,
  UnknownAddressError,
} from '../support/parcels.js';

const RETRY = { attempts: 5, firstDelayMs: 2, maxDelayMs: 4 };

describe.each(DATABASE_KINDS)('what goes wrong with a durable saga, on %s,', (kind) => {
  let database: TestDatabase;
  let clock: SettableClock;
  let kit: BootedKit;
  let post: Post;

  beforeEach(async () => {
    database = await createDatabase(kind);
    clock = new SettableClock();
    kit = await bootKit({
      database,
      providers: [Post, WatchedParcelSaga, BookCourierHandler, TellCustomerHandler],
      options: { processing: { retry: RETRY } },
      configure: (builder) => builder.overrideProvider(Clock).useValue(clock),
    });
    post = kit.app.get(Post);
  });

  afterEach(async () => {
    await kit.app.close();
    await database.drop();
  });

  async function send(): Promise<string> {
    const id = v7();
    const data = { parcelId: id };
    const event = { id, type: 'parcel.posted', version: 1, data };
    await kit.store.append(`parcel-${id}`, 'none', [event]);
    return id;
  }

  async function steps(id: string): Promise<string[]> {
    const log = await collect(kit.store.readLog());
    return log
      .filter(({ stream, type }) => stream === `saga_parcel-${id}` && type === 'saga.stepped')
      .map(({ data }) => (data as { trigger: string }).trigger);
  }

  async function caughtUp(): Promise<void> {
    for (const name of ['saga-parcel', 'saga-commands', 'saga-parcel', 'saga-deadlines']) {
      expect(await kit.app.get(Processors).caughtUp(name, 10_000)).toBe(true);
    }
  }

  const parked = () => kit.app.get(ParkedEvents).list();
  const times = (what: string): number => post.done.filter((each) => each === what).length;

  it('is given up when the saga says so: what comes next goes on, and nothing is parked', async () => {
    post.failing.telling = new Error('No such number.');
    const id = await send();
    await until(async () => (await steps(id)).includes('parcel.booked'));
    await caughtUp();
    expect(times(`booking ${id}`)).toBe(1);
    expect(await parked()).toEqual([]);
    const [failure] = post.failures.slice(-1);
    expect(failure).toMatchObject({ attempts: 3, error: post.failing.telling, during: 'command' });
    expect(failure).toMatchObject({ command: { parcelId: id } });
    expect(failure).toHaveProperty('command.constructor', TellCustomer);
    expect(kit.logs.warnings).toContain(
      'TellCustomer is given up, as @OnError says, after: No such number.',
    );
  });

  it('is parked at once when the saga says so, others go on, and it is done when it is retried', async () => {
    post.failing.booking = new UnknownAddressError('Nobody lives there.');
    const id = await send();
    await until(async () => (await parked()).length === 1);
    expect(await parked()).toMatchObject([
      { processor: 'saga-commands', attempts: 1, error: 'Nobody lives there.' },
    ]);
    delete post.failing.booking;
    const other = await send();
    await until(async () => (await steps(other)).includes('parcel.booked'));
    expect(await steps(id)).toEqual(['parcel.posted']);
    const [{ processor, stream }] = await parked();
    expect(await kit.app.get(ParkedEvents).retry(processor, stream)).toEqual({
      handled: 1,
      left: 0,
    });
    await until(async () => (await steps(id)).includes('parcel.booked'));
  });

  it('is tried again otherwise, and parked after the last try', async () => {
    post.failing.booking = new Error('No line.');
    const id = await send();
    await until(async () => (await parked()).length === 1);
    expect(await parked()).toMatchObject([{ attempts: RETRY.attempts, error: 'No line.' }]);
    const asked = post.failures.map(({ attempts }) => attempts);
    expect(asked.slice(-RETRY.attempts)).toEqual([1, 2, 3, 4, 5]);
    expect(await steps(id)).toEqual(['parcel.posted']);
  });

  it('is asked about again when it is retried by hand', async () => {
    post.failing.telling = new Error('No such number.');
    post.verdict = () => 'park';
    const id = await send();
    await until(async () => (await parked()).length === 1);
    const [{ processor, stream, attempts }] = await parked();
    post.verdict = () => 'skip';
    await kit.app.get(ParkedEvents).retry(processor, stream);
    expect(post.failures.at(-1)).toMatchObject({ attempts: attempts + 1 });
    expect(await parked()).toEqual([]);
    await until(async () => (await steps(id)).includes('parcel.booked'));
  });

  it('is waited for in an outage, whatever the saga would say', async () => {
    post.failing.telling = new StoreUnavailableError('It is away.');
    post.verdict = () => 'skip';
    const id = await send();
    await until(() => times(`telling ${id}`) > RETRY.attempts + 1);
    expect(post.failures).toEqual([]);
    delete post.failing.telling;
    await until(async () => (await steps(id)).includes('parcel.booked'));
    expect(await parked()).toEqual([]);
  });

  describe.each([
    ['booked', { during: 'event', event: expect.any(ParcelBooked) as unknown }],
    [
      'refused',
      {
        during: 'refusal',
        command: expect.any(BookCourier) as unknown,
        refusal: { code: 'no-courier', message: 'All are away.' },
      },
    ],
    ['late', { during: 'deadline', deadline: 'patience' }],
  ] as const)('when its method %s throws', (method, failure) => {
    async function failWith(verdict: Verdict): Promise<string> {
      post.verdict = ({ during }) => (during === 'command' ? 'skip' : verdict);
      post.failing[method] = new Error('Not like this.');
      if (method === 'refused') post.failing.booking = new NoCourierError('All are away.');
      // Then nobody answers.
      if (method === 'late') post.failing.booking = new Error('No line.');
      const id = await send();
      if (method === 'late') {
        await until(() => times(`booking ${id}`) > 0);
        await caughtUp();
        clock.set('2026-01-01T00:02:00.000Z');
      }
      await until(() => post.failures.some(({ during }) => during === failure.during));
      await caughtUp();
      expect(post.failures.at(-1)).toMatchObject({ ...failure, attempts: 1 });
      expect(await steps(id)).toEqual(['parcel.posted']);
      return id;
    }

    it('goes on without it when the saga says so', async () => {
      await failWith('skip');
      expect(await parked()).toEqual([]);
    });

    it('parks it at once when the saga says so, and does it when it is retried', async () => {
      const id = await failWith('park');
      expect(await parked()).toMatchObject([{ attempts: 1, error: 'Not like this.' }]);
      delete post.failing[method];
      const [{ processor, stream }] = await parked();
      await kit.app.get(ParkedEvents).retry(processor, stream);
      expect(await steps(id)).toHaveLength(2);
    });
  });
});
