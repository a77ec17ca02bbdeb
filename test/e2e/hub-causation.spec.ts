import { until } from '../support/async.js';
import { createDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.js';
import { expectProblem } from '../support/expect-problem.js';
import { foreign, foreigners, HubApi } from '../support/hub-api.js';
import { startServer, type TestServer } from '../support/server.js';
import { someone } from '../support/users-api.js';

describe.each(DATABASE_KINDS)('Who looks an event up over HTTP, on %s,', (kind) => {
  let database: TestDatabase;
  let server: TestServer;
  let hub: HubApi;

  beforeEach(async () => {
    database = await createDatabase(kind);
    server = await startServer(database, { HUB: 'on' });
    hub = new HubApi(server.http);
  });

  afterEach(async () => {
    await server.close();
    await database.drop();
  });

  it('sees what it was caused by, and what it has directly led to', async () => {
    const sent = foreign();
    const lost = foreign({ metadata: { causationId: sent.id } });
    const found = foreign({ metadata: { causationId: sent.id } });
    const kept = foreign({ metadata: { causationId: found.id } });
    const apart = foreign({ metadata: { causationId: sent.id, correlationId: 'another' } });
    const paid = foreign({ metadata: { causationId: lost.id } });
    await hub.append('parcel-1', [sent, lost]);
    await hub.append('claim-1', [paid, foreign()]);
    await hub.append('parcel-1', [found, kept, apart]);

    const { status, body } = await hub.event(sent.id);
    expect(status).toBe(200);
    expect(body.event).toMatchObject({ ...sent, stream: 'parcel-1', revision: 1, position: 1 });
    expect([body.cause, body.nextCursor]).toEqual([null, null]);
    expect(body.effects.map(({ id, position }) => [id, position])).toEqual([
      [lost.id, 2],
      [found.id, 5],
    ]);
    const middle = (await hub.event(lost.id.toUpperCase())).body;
    expect([middle.cause?.id, middle.effects.map(({ id }) => id)]).toEqual([sent.id, [paid.id]]);
    expect(middle.cause).toEqual(body.event);
    expect((await hub.event(found.id)).body.effects.map(({ id }) => id)).toEqual([kept.id]);
    expect((await hub.event(apart.id)).body.cause).toEqual(body.event);
    const last = (await hub.event(paid.id)).body;
    expect([last.cause?.id, last.effects]).toEqual([lost.id, []]);
  });

  it('turns over the pages of what it has led to', async () => {
    const cause = foreign();
    const effects = foreigners(5, { metadata: { causationId: cause.id } });
    await hub.append('parcel-1', [cause, ...effects]);
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const { body } = await hub.event(cause.id, { limit: 2, ...(cursor && { cursor }) });
      expect(body.effects.length).toBeLessThanOrEqual(2);
      ids.push(...body.effects.map(({ id }) => id));
      cursor = body.nextCursor;
    } while (cursor !== null);
    expect(ids).toEqual(effects.map(({ id }) => id));
  });

  it('sees what the services have stored, and why', async () => {
    const { id } = (await server.users.create(someone())).body;
    const [created] = (await hub.stream(`user-${id}`)).body.items;
    const opened = async () => (await hub.event(created.id)).body.effects;
    await until(async () => (await opened()).length > 0);
    expect(await opened()).toMatchObject([{ type: 'account.opened' }]);
  });

  it('is told that there is none, or that this is no id', async () => {
    const orphan = foreign({ metadata: { causationId: 'a command' } });
    await hub.append('parcel-1', [orphan]);
    expect((await hub.event(orphan.id)).body.cause).toBeNull();
    expectProblem(await hub.event(foreign().id), 404, 'event-not-found');
    for (const id of ['x', '1', '\0', '../events']) {
      expectProblem(await hub.event(id), 400, 'validation-failed');
    }
    expectProblem(await hub.event(orphan.id, { limit: 201 }), 400, 'validation-failed');
    expectProblem(await hub.event(orphan.id, { cursor: 'x' }), 400, 'invalid-cursor');
  });
});
