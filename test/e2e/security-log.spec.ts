import { expectProblem } from '../support/expect-problem.js';
import {
  type AppendedBody,
  BATCHES,
  type EventDetailsBody,
  EVENTS,
  foreign,
  type LogPageBody,
  pathOfStream,
} from '../support/hub-api.js';
import type { Answer, RequestHeaders } from '../support/http-client.js';
import { GuardedServer } from '../support/security/guarded-server.js';
import { someone } from '../support/users-api.js';

const COMMAND = { id: 'c-1', digest: 'd', stream: 'parcel-7', revision: 1 };

describe('The log, where everybody is asked who they are,', () => {
  let guarded: GuardedServer;
  let parcels: RequestHeaders;
  let everything: RequestHeaders;

  beforeAll(async () => {
    guarded = await GuardedServer.start();
    parcels = await guarded.namedKey('parcels', 'read:parcel append:parcel');
    everything = await guarded.namedKey('everything', 'read:* append:*');
  });

  afterAll(() => guarded.close());

  const append = (
    headers: RequestHeaders,
    stream: string,
    event: Parameters<typeof foreign>[0] = {},
  ): Promise<Answer<AppendedBody>> =>
    guarded.server.http.post(pathOfStream(stream), { events: [foreign(event)] }, headers);

  const batch = (headers: RequestHeaders, appends: unknown): Promise<Answer<AppendedBody>> =>
    guarded.server.http.post(BATCHES, { appends }, headers);

  const log = (headers: RequestHeaders, query = ''): Promise<Answer<LogPageBody>> =>
    guarded.server.http.get(`${EVENTS}${query}`, headers);

  const event = (headers: RequestHeaders, id: string): Promise<Answer<EventDetailsBody>> =>
    guarded.server.http.get(`${EVENTS}/${id}`, headers);

  const metadataOf = async (id: string) => (await event(everything, id)).body.event.metadata;

  describe('is appended to', () => {
    it('by whoever may append to the category of the stream and of the type', async () => {
      expect((await append(parcels, 'parcel-1')).status).toBe(201);
      for (const [stream, type, right] of [
        ['claim-1', 'parcel.sent', 'append:claim'],
        ['parcel-1', 'claim.made', 'append:claim'],
        ['parcel-1', 'account.deposited', 'append:account'],
        ['parcel-1', 'account', 'append:account'],
        ['parcel-1', 'account-deposited', 'append:account'],
        ['parcels-1', 'parcel.sent', 'append:parcels'],
        ['parce-1', 'parcel.sent', 'append:parce'],
      ]) {
        const problem = expectProblem(
          await append(parcels, stream, { type }),
          403,
          'not-permitted',
        );
        expect(problem).toMatchObject({ right, detail: expect.stringContaining(right) as string });
      }
    });

    it('all or nothing where a batch has more than one may append to', async () => {
      const before = (await log(everything)).body.head;
      const good = { stream: 'parcel-2', events: [foreign()] };
      for (const [bad, right] of [
        [{ stream: 'claim-1', events: [foreign()] }, 'append:claim'],
        [{ stream: 'claim-1', events: [] }, 'append:claim'],
        [
          { stream: 'parcel-3', events: [foreign(), foreign({ type: 'user.created' })] },
          'append:user',
        ],
      ]) {
        for (const appends of [
          [good, bad],
          [bad, good],
        ]) {
          expect(expectProblem(await batch(parcels, appends), 403, 'not-permitted')).toMatchObject({
            right,
          });
        }
      }
      expect((await log(everything)).body.head).toBe(before);
      expect((await batch(parcels, [good])).status).toBe(201);
    });

    it('in the name of the identity, whatever the body says', async () => {
      const byKey = foreign();
      await guarded.server.http.post(pathOfStream('parcel-4'), { events: [byKey] }, parcels);
      expect(await metadataOf(byKey.id)).toMatchObject({ actor: 'key:parcels' });
      const alice = await guarded.token('append:parcel', { sub: 'alice' });
      const byToken = foreign();
      await batch(alice, [{ stream: 'parcel-4', events: [byToken] }]);
      expect(await metadataOf(byToken.id)).toMatchObject({ actor: 'alice' });
      for (const metadata of [{ actor: 'bob' }, { actor: 'key:parcels' }, { via: 'key:other' }]) {
        const answer = await append(parcels, 'parcel-4', { metadata });
        expectProblem(answer, 400, 'metadata-reserved');
      }
    });

    it('on behalf of others by whoever may delegate, which is noted', async () => {
      const gateway = await guarded.namedKey('gateway', 'append:parcel delegate');
      const delegated = foreign({ metadata: { actor: 'bob' } });
      const own = foreign();
      const answer = await batch(gateway, [{ stream: 'parcel-5', events: [delegated, own] }]);
      expect(answer.status).toBe(201);
      expect(await metadataOf(delegated.id)).toMatchObject({ actor: 'bob', via: 'key:gateway' });
      const { via, ...metadata } = await metadataOf(own.id);
      expect({ via, metadata }).toMatchObject({
        via: undefined,
        metadata: { actor: 'key:gateway' },
      });
      const forged = { actor: 'bob', via: 'key:other' };
      expectProblem(
        await append(gateway, 'parcel-5', { metadata: forged }),
        400,
        'metadata-reserved',
      );
    });

    it('by the services of aggregates, with what their commands were', async () => {
      const answer = await append(await guarded.key('append:account'), 'account-9', {
        type: 'account.opened',
        data: { owner: '0190b3c4-6b1c-7c3e-8f2a-5d9e1f7a2b3c', currency: 'EUR' },
        metadata: { command: { ...COMMAND, stream: 'account-9' } },
      });
      expect(answer.status).toBe(201);
      const unreadable = { type: 'account.opened', data: { owner: 1 }, version: 7 };
      expectProblem(await append(everything, 'account-8', unreadable), 422, 'unreadable-event');
    });

    it.each([
      ['is none', 'c-1'],
      ['is a list', [COMMAND]],
      ['has no digest', { ...COMMAND, digest: undefined }],
      ['has a digest that is no text', { ...COMMAND, digest: 1 }],
      ['has a revision that is none', { ...COMMAND, revision: 0 }],
      ['was of another stream', { ...COMMAND, stream: 'user-1' }],
    ])('not with a command that %s', async (_what, command) => {
      const answer = await append(everything, 'parcel-7', { metadata: { command } });
      expectProblem(answer, 400, 'invalid-event');
    });

    it('with the command that it was', async () => {
      const stored = await append(parcels, 'parcel-7', { metadata: { command: COMMAND } });
      expect(await metadataOf(stored.body.events[0].id)).toMatchObject({ command: COMMAND });
    });
  });

  describe('is read', () => {
    it('as far as one may read it', async () => {
      await append(everything, 'claim-1', { type: 'claim.made' });
      const categories = (page: Answer<LogPageBody>): Set<string> =>
        new Set(page.body.items.map(({ stream }) => stream.split('-')[0]));
      expect(categories(await log(parcels, '?limit=1000'))).toEqual(new Set(['parcel']));
      expect(categories(await log(everything)).has('claim')).toBe(true);
      const two = await guarded.key('read:parcel read:claim');
      expect(categories(await log(two, '?limit=1000'))).toEqual(new Set(['parcel', 'claim']));
      const lines = await guarded.server.http.get<string>(`${EVENTS}?limit=1000`, {
        ...parcels,
        accept: 'application/x-ndjson',
      });
      expect(lines.body).not.toContain('claim');
      expect(await log(parcels, '?limit=1000')).toMatchObject({
        body: { nextAfter: (await log(everything)).body.head },
      });
    });

    it('of the categories that are asked for only with the right to each', async () => {
      expect((await log(parcels, '?category=parcel')).status).toBe(200);
      for (const query of ['?category=claim', '?category=parcel,claim', '?category=claim,parcel']) {
        expect(expectProblem(await log(parcels, query), 403, 'not-permitted')).toMatchObject({
          right: 'read:claim',
        });
      }
    });

    it('not at all by whoever may only append', async () => {
      const writer = await guarded.key('append:* operate delegate');
      expectProblem(await log(writer), 403, 'not-permitted');
    });

    it('event by event, with cause and effects as far as one may read these', async () => {
      const [cause, middle, effect] = ['claim.made', 'parcel.sent', 'claim.paid'].map((type) =>
        foreign({ type }),
      );
      const causedBy = (one: { id: string }, other: { id: string }) => ({
        ...one,
        metadata: { causationId: other.id },
      });
      const own = foreign();
      for (const [stream, each] of [
        ['claim-2', cause],
        ['parcel-6', causedBy(middle, cause)],
        ['claim-2', causedBy(effect, middle)],
        ['parcel-6', causedBy(own, middle)],
      ] as const) {
        await guarded.server.http.post(pathOfStream(stream), { events: [each] }, everything);
      }
      const ids = ({ body }: Answer<EventDetailsBody>) => ({
        cause: body.cause?.id,
        effects: body.effects.map(({ id }) => id),
      });
      expect(ids(await event(everything, middle.id))).toEqual({
        cause: cause.id,
        effects: [effect.id, own.id],
      });
      expect(ids(await event(parcels, middle.id))).toEqual({ cause: undefined, effects: [own.id] });
      expectProblem(await event(parcels, cause.id), 403, 'not-permitted');
    });
  });

  it('names who has sent a command, in every event that came of it', async () => {
    const admin = await guarded.namedKey('admin', 'read:* append:*');
    const { body } = await guarded.server.users.create(someone(), admin);
    const stream = await guarded.server.http.get<LogPageBody>(
      pathOfStream(`user-${body.id}`),
      admin,
    );
    expect(stream.body.items.map(({ metadata }) => metadata.actor)).toEqual(['key:admin']);
  });
});
