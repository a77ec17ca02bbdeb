import { v7 } from 'uuid';
import { until } from '../support/async.js';
import { createDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.js';
import { expectProblem } from '../support/expect-problem.js';
import { startServer, type TestServer } from '../support/server.js';
import { type EventBody, someone, type UserBody } from '../support/users-api.js';

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;

describe.each(DATABASE_KINDS)('The past of a user, on %s,', (kind) => {
  let database: TestDatabase;
  let server: TestServer;
  /** The user after each of its three events. */
  let states: UserBody[];
  let events: readonly EventBody[];

  beforeAll(async () => {
    database = await createDatabase(kind);
    server = await startServer(database);
    const { body: created } = await server.users.create(someone());
    const { id } = created;
    await atALaterMillisecond();
    const { body: changed } = await server.users.changeEmail(id, someone().email);
    await atALaterMillisecond();
    await server.users.deactivate(id);
    states = [created, changed, { ...changed, status: 'deactivated', revision: 3 }];
    events = (await server.users.history(id)).body.items;
  });

  afterAll(async () => {
    await server.close();
    await database.drop();
  });

  const find = (when: Record<string, string | number>) => server.users.find(states[0].id, when);

  describe('by revision', () => {
    it.each([1, 2, 3])('is the user after event %d, with its ETag', async (revision) => {
      const { status, headers, body } = await find({ revision });
      expect(status).toBe(200);
      expect(body).toEqual(states[revision - 1]);
      expect(headers.get('etag')).toBe(`"${revision}"`);
    });

    it.each([4, 9007199254740991])(
      'is a 404 for revision %d, which is not yet',
      async (revision) => {
        const { detail } = expectProblem(await find({ revision }), 404, 'user-not-found');
        expect(detail).toContain(`at revision ${revision}`);
      },
    );

    it.each(['0', '-1', '1.5', 'one', '', 'NaN', 'Infinity', '9007199254740993', '1,2', '1 2'])(
      'is a 400 for "%s"',
      async (revision) => {
        const { errors } = expectProblem(await find({ revision }), 400, 'validation-failed');
        expect(errors?.map(({ field }) => field)).toEqual(['revision']);
      },
    );
  });

  describe('by time', () => {
    it.each([0, 1, 2])('is what it is from the very time of event %d on', async (index) => {
      const { recordedAt } = events[index];
      expect((await find({ at: recordedAt })).body).toEqual(states[index]);
      expect((await find({ at: later(recordedAt, 0.999) })).body).toEqual(states[index]);
    });

    it.each([1, 2])('is still what it was a millisecond before event %d', async (index) => {
      const at = shifted(events[index].recordedAt, -1);
      expect((await find({ at })).body).toEqual(states[index - 1]);
    });

    it('is a 404 before the user existed', async () => {
      const at = shifted(events[0].recordedAt, -1);
      const { detail } = expectProblem(await find({ at }), 404, 'user-not-found');
      expect(detail).toContain(`at ${at}`);
      expectProblem(await find({ at: '1970-01-01T00:00:00Z' }), 404, 'user-not-found');
    });

    it('is the present in all future', async () => {
      expect((await find({ at: '9999-12-31T23:59:59.999Z' })).body).toEqual(states[2]);
    });

    it('may be asked for in any zone', async () => {
      const utc = new Date(events[1].recordedAt);
      const local = new Date(utc.getTime() + 5.5 * 3_600_000).toISOString().replace('Z', '+05:30');
      expect((await find({ at: local })).body).toEqual(states[1]);
    });

    it.each([
      'yesterday',
      '',
      '2026-11-23',
      '2026-11-23T09:00:00',
      '2026-11-23 09:00:00Z',
      '2026-13-01T00:00:00Z',
      '2026-01-32T00:00:00Z',
      '2026-02-30T00:00:00Z',
      '2026-01-01T25:00:00Z',
      '2026-01-01T00:00:00+99:99',
      '1764000000000',
    ])('is a 400 for "%s"', async (at) => {
      const { errors } = expectProblem(await find({ at }), 400, 'validation-failed');
      expect(errors?.map(({ field }) => field)).toEqual(['at']);
    });
  });

  it('is, by revision and time, the earlier of the two', async () => {
    const [first, second, third] = events.map(({ recordedAt }) => recordedAt);
    expect((await find({ revision: 2, at: third })).body).toEqual(states[1]);
    expect((await find({ revision: 3, at: second })).body).toEqual(states[1]);
    expect((await find({ revision: 1, at: first })).body).toEqual(states[0]);
    expectProblem(await find({ revision: 1, at: shifted(first, -1) }), 404, 'user-not-found');
  });

  it('is not asked for twice at once, or under another name', async () => {
    const ask = (query: string) => server.http.get(`/api/v1/users/${states[0].id}?${query}`);
    const { recordedAt } = events[0];
    for (const query of [
      'revision=1&revision=2',
      `at=${recordedAt}&at=${recordedAt}`,
      'revision[]=1',
      'revision[gte]=1',
      'version=1',
      'Revision=1',
    ]) {
      expectProblem(await ask(query), 400, 'validation-failed');
    }
  });

  it('is shown event by event, as it was stored', async () => {
    const { status, body } = await server.users.history(states[0].id);
    expect(status).toBe(200);
    const [created, changed, deactivated] = body.items;
    const { username, email } = states[0];
    expect(created).toEqual({
      id: expect.stringMatching(UUID) as string,
      type: 'user.created',
      version: 1,
      revision: 1,
      position: expect.any(Number) as number,
      recordedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      metadata: {
        correlationId: expect.stringMatching(UUID) as string,
        causationId: expect.stringMatching(UUID) as string,
      },
      data: { username, email },
    });
    expect(changed).toMatchObject({ type: 'user.email-changed', data: { email: states[1].email } });
    expect(deactivated).toMatchObject({ type: 'user.deactivated', revision: 3, data: {} });
    expect(changed.position).toBeGreaterThan(created.position);
    expect(body.nextCursor).toBeNull();
  });

  it('says which request each event is from', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const created = await server.users.create(someone(), {
      'x-correlation-id': 'the first request',
      traceparent,
    });
    const changed = await server.users.changeEmail(created.body.id, someone().email);
    const { items } = (await server.users.history(created.body.id)).body;
    expect(items.map(({ metadata }) => metadata)).toMatchObject([
      { correlationId: 'the first request', traceparent },
      { correlationId: changed.headers.get('x-correlation-id') },
    ]);
  });

  it('comes in pages', async () => {
    const { id } = states[0];
    const first = (await server.users.history(id, { limit: 2 })).body;
    expect(first.items.map(({ revision }) => revision)).toEqual([1, 2]);
    const cursor = first.nextCursor ?? '';
    const second = (await server.users.history(id, { limit: 2, cursor })).body;
    expect(second.items.map(({ revision }) => revision)).toEqual([3]);
    expect(second.nextCursor).toBeNull();
    expect((await server.users.history(id, { limit: 3 })).body.nextCursor).toBeNull();
  });

  it('of nobody is a 404', async () => {
    expectProblem(await server.users.find(v7(), { revision: 1 }), 404, 'user-not-found');
    expectProblem(await server.users.history(v7(), { limit: 1 }), 404, 'user-not-found');
  });
});

async function atALaterMillisecond(): Promise<void> {
  const now = Date.now();
  await until(() => Date.now() > now + 1);
}

function shifted(time: string, milliseconds: number): string {
  return new Date(new Date(time).getTime() + milliseconds).toISOString();
}

/** The time so many milliseconds later, less than one, as a text: a date has no room for them. */
function later(time: string, milliseconds: number): string {
  return time.replace('Z', `${String(milliseconds).slice(2)}Z`);
}
