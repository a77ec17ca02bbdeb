import { until } from '../support/async.js';
import {
  createDatabase,
  type DatabaseKind,
  DATABASE_KINDS,
  type TestDatabase,
} from '../support/databases.js';
import { expectProblem } from '../support/expect-problem.js';
import {
  type DeliveryBody,
  GroupApi,
  type GroupMember,
  positionsOf,
  streamsOf,
} from '../support/groups-api.js';
import { foreigners, HubApi } from '../support/hub-api.js';
import { startServer, type TestServer } from '../support/server.js';

const ALL = [0, 1, 2, 3, 4, 5, 6, 7];
const EIGHT = { partitions: ALL.length };
const SETTINGS = { HUB: 'on', CONTEXTS: 'none' };
const FIELDS = [
  ...['categories', 'types', 'start', 'partitions', 'leaseMs'],
  ...['ackTimeoutMs', 'maxAttempts', 'maxInFlight'],
];
const SHORT = { leaseMs: 400 };

describe.each<DatabaseKind>([...DATABASE_KINDS])('A consumer group on %s', (kind) => {
  let database: TestDatabase;
  let server: TestServer;
  let hub: HubApi;
  let made = 0;

  beforeAll(async () => {
    database = await createDatabase(kind);
    server = await startServer(database, SETTINGS);
    hub = new HubApi(server.http);
  });

  afterAll(async () => {
    await server.close();
    await database.drop();
  });

  /** A group of its own category, so that tests do not meet. */
  async function newGroup(definition: object = {}): Promise<GroupApi & { category: string }> {
    made += 1;
    const category = `letter${made}`;
    const group = new GroupApi(server.http, `group-${made}`);
    expect((await group.create({ ...EIGHT, ...definition, categories: [category] })).status).toBe(
      201,
    );
    return Object.assign(group, { category });
  }

  /** So many events, one after the other to each of so many streams. @returns their positions */
  async function fill(category: string, count: number, streams = count): Promise<number[]> {
    const positions: number[] = [];
    for (let nth = 0; nth < count; nth += 1) {
      const stream = `${category}-${nth % streams}`;
      const { body } = await hub.append(stream, foreigners(1, { type: `${category}.sent` }));
      positions.push(body.position);
    }
    return positions;
  }

  it('hands its events out in order, each once, and remembers what is acknowledged', async () => {
    const group = await newGroup();
    const positions = await fill(group.category, 12, 4);
    const member = await group.joined();
    const first = await member.take(5);
    expect(positionsOf(first)).toEqual(positions.slice(0, 5));
    expect(first[0]).toMatchObject({ attempt: 1, event: { stream: `${group.category}-0` } });
    expect((await member.ack(...positionsOf(first))).body).toEqual({ acknowledged: 5 });
    expect(positionsOf(await member.take())).toEqual(positions.slice(5));
    expect((await group.status()).body).toMatchObject({
      position: positions[5] - 1,
      inFlight: 7,
      lagEvents: 7,
      parked: 0,
      members: [{ id: member.id, inFlight: 7, partitions: ALL }],
    });
    expect((await member.ack(...positions.slice(5))).body).toEqual({ acknowledged: 7 });
    const { position, head, lagEvents } = (await group.status()).body;
    expect({ position, lagEvents }).toEqual({ position: head, lagEvents: 0 });
  });

  it('gives nothing more of a stream while somebody has an event of it', async () => {
    const group = await newGroup();
    const [first, second, other] = await fill(group.category, 3, 2).then(async (own) => [
      own[0],
      own[2],
      own[1],
    ]);
    const member = await group.joined();
    expect(positionsOf(await member.take(1))).toEqual([first]);
    expect(positionsOf(await member.take())).toEqual([other]);
    expect(positionsOf(await member.take(10, 0))).toEqual([]);
    await member.ack(first);
    expect(positionsOf(await member.take())).toEqual([second]);
  });

  it('has who waits told of what is stored meanwhile', async () => {
    const group = await newGroup();
    const member = await group.joined();
    const waiting = member.take(10, 5_000);
    const [position] = await fill(group.category, 1);
    expect(positionsOf(await waiting)).toEqual([position]);
  });

  it('begins at its end, or behind a position', async () => {
    const group = await newGroup();
    const before = await fill(group.category, 2);
    const categories = [group.category];
    const atEnd = new GroupApi(server.http, `${group.name}-end`);
    const behind = new GroupApi(server.http, `${group.name}-behind`);
    await atEnd.create({ categories, start: 'end' });
    await behind.create({ categories, start: before[0] });
    const [later] = await fill(group.category, 1);
    expect(positionsOf(await (await atEnd.joined()).take())).toEqual([later]);
    expect(positionsOf(await (await behind.joined()).take())).toEqual([before[1], later]);
    const ahead = new GroupApi(server.http, `${group.name}-ahead`);
    expectProblem(await ahead.create({ start: 1_000_000 }), 409, 'position-ahead-of-log');
  });

  it('reads no types but its own', async () => {
    const group = await newGroup({ types: ['parcel.lost'] });
    await fill(group.category, 3);
    const lost = foreigners(1, { type: 'parcel.lost' });
    const { body } = await hub.append(`${group.category}-9`, lost);
    expect(positionsOf(await (await group.joined()).take())).toEqual([body.position]);
    expect((await group.status()).body.position).toBe(body.position - 1);
  });

  it('is created once, found, and gone when it is deleted', async () => {
    const group = await newGroup();
    const same = { ...EIGHT, categories: [group.category, group.category] };
    expect((await group.create(same)).status).toBe(200);
    expectProblem(await group.create({ ...same, leaseMs: 999 }), 409, 'group-differs');
    const member = await group.joined();
    expect((await group.delete()).status).toBe(204);
    for (const answer of [
      await group.status(),
      await group.delete(),
      await group.join(),
      await member.ask(),
      await member.ack(1),
      await group.parked(),
      await group.retry('letter-1'),
    ]) {
      expectProblem(answer, 404, 'group-not-found');
    }
  });

  describe('shares its partitions', () => {
    it('among its members, who keep what they have as far as that goes', async () => {
      const group = await newGroup();
      const first = await group.joined();
      const second = await group.joined();
      const shares = async (): Promise<readonly (readonly number[])[]> =>
        (await group.status()).body.members.map(({ partitions }) => partitions);
      const [one, two] = await shares();
      expect([one.length, two.length]).toEqual([4, 4]);
      expect([...one, ...two].toSorted()).toEqual(ALL);
      await group.joined();
      const [stillOne, stillTwo, three] = await shares();
      expect([stillOne.length, stillTwo.length, three.length].toSorted()).toEqual([2, 3, 3]);
      expect(one).toEqual(expect.arrayContaining([...stillOne]));
      expect(two).toEqual(expect.arrayContaining([...stillTwo]));
      expect((await second.leave()).status).toBe(204);
      const [lastOne] = await shares();
      expect(lastOne).toEqual(expect.arrayContaining([...stillOne]));
      expect((await first.renew()).body.partitions).toEqual(lastOne);
    });

    it('so that each stream has one member, and every event comes to somebody', async () => {
      const group = await newGroup();
      const members = [await group.joined(), await group.joined(), await group.joined()];
      const positions = await fill(group.category, 40, 20);
      const parts = [];
      for (const member of members) parts.push(await member.take());
      expect(parts.flatMap(positionsOf).toSorted((one, other) => one - other)).toEqual(positions);
      const streams = parts.flatMap(streamsOf);
      expect(new Set(streams).size).toBe(streams.length);
      expect(parts.filter((part) => part.length > 0).length).toBeGreaterThan(1);
    });

    it('and a partition changes hands only when its member has nothing of it', async () => {
      const group = await newGroup();
      const positions = await fill(group.category, 40);
      const first = await group.joined();
      expect(positionsOf(await first.take())).toEqual(positions);
      const second = await group.joined();
      await fill(group.category, 40);
      expect(await second.take(100, 300)).toEqual([]);
      expect((await first.ack(...positions)).status).toBe(200);
      const taken = await second.take();
      expect(taken.length).toBeGreaterThan(0);
      const kept = await first.take();
      expect(taken.length + kept.length).toBe(40);
      expect(streamsOf(taken).filter((stream) => streamsOf(kept).includes(stream))).toEqual([]);
    });

    it('and hands out each event once, and each partition, whichever of two hubs is asked at the same time', async () => {
      const group = await newGroup();
      const positions = await fill(group.category, 40);
      const member = await group.joined();
      const other = await startServer(database, SETTINGS);
      try {
        const both = [member, member.at(other.http)];
        const asking = positions.map((_, nth) => both[nth % 2].ask({ limit: 2 }));
        const answers = await Promise.all(asking);
        expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
        const taken = answers.flatMap(({ body }) => positionsOf(body.items));
        expect(taken.toSorted((one, another) => one - another)).toEqual(positions);
        const said = await Promise.all(both.map((each) => each.ack(...positions)));
        const counts = said.map(({ body }) => body.acknowledged).toSorted((one, two) => one - two);
        expect(counts).toEqual([0, positions.length]);
        const groups = [server, other].map(({ http }) => new GroupApi(http, group.name));
        await Promise.all(ALL.slice(1).map((nth) => groups[nth % 2].joined()));
        const shares = (await group.status()).body.members.map(({ partitions }) => partitions);
        expect(shares.map(({ length }) => length)).toEqual(ALL.map(() => 1));
      } finally {
        await other.close();
      }
    });

    it('and takes no more members than it has partitions', async () => {
      const group = await newGroup({ partitions: 1 });
      await group.joined();
      expectProblem(await group.join(), 409, 'too-many-members');
    });
  });

  describe('whose member falls silent', () => {
    it('gives its share to the others when its lease has run out, from what it had not acknowledged', async () => {
      const group = await newGroup(SHORT);
      const positions = await fill(group.category, 8, 1);
      const dead = await group.joined();
      expect(positionsOf(await dead.take())).toEqual(positions);
      const heardAfter = performance.now();
      await dead.ack(...positions.slice(0, 3));
      const heardBefore = performance.now();
      const heir = await group.joined();
      let taken: readonly DeliveryBody[] = [];
      while (taken.length === 0) {
        const askedAt = performance.now();
        taken = await heir.take();
        // Whoever asks when the lease has run out is not answered with nothing.
        if (taken.length === 0) expect(askedAt).toBeLessThan(heardBefore + SHORT.leaseMs);
      }
      expect(performance.now()).toBeGreaterThan(heardAfter + SHORT.leaseMs - 5);
      // It may have been the fourth that it died of.
      expect(positionsOf(taken)).toEqual([positions[3]]);
      for (const problem of [
        await dead.ack(...positions.slice(3)),
        await dead.nack(positions.slice(3)),
        await dead.ask(),
        await dead.renew(),
      ]) {
        expectProblem(problem, 409, 'lease-lost');
      }
      for (const position of positions.slice(3)) {
        if (position !== positions[3]) {
          expect(positionsOf(await firstTaken(heir))).toEqual([position]);
        }
        expect((await heir.ack(position)).status).toBe(200);
      }
      const { head, ...status } = (await group.status()).body;
      expect(status).toMatchObject({ position: head, parked: 0, inFlight: 0 });
    });

    it('counts an attempt of the one event that it had', async () => {
      const group = await newGroup({ ...SHORT, maxAttempts: 2 });
      const [position, behind] = await fill(group.category, 2, 1);
      for (const attempt of [1, 2]) {
        const member = await group.joined();
        let taken = await member.take(1);
        while (taken.length === 0) taken = await member.take(1);
        expect(taken).toMatchObject([{ attempt, event: { position } }]);
        await until(async () => (await group.status()).body.members.length === 0);
      }
      const member = await group.joined();
      expect(await member.take(10, 0)).toEqual([]);
      const { items } = (await group.parked()).body;
      expect(items).toMatchObject([
        { position, attempts: 2, error: 'The member that had it was lost.' },
        { position: behind, attempts: 0, error: null },
      ]);
    });

    it('gives its share back at once when it leaves, with nothing counted', async () => {
      const group = await newGroup();
      const positions = await fill(group.category, 6, 2);
      const leaver = await group.joined();
      const stayer = await group.joined();
      const taken = [await leaver.take(), await stayer.take()];
      expect(taken.flatMap(positionsOf).toSorted((one, other) => one - other)).toEqual(positions);
      await stayer.leave();
      await leaver.leave();
      expect((await leaver.leave()).status).toBe(204);
      const heir = await group.joined();
      const again = await heir.take();
      expect(positionsOf(again)).toEqual(positions);
      expect(again.every(({ attempt }) => attempt === 1)).toBe(true);
    });
  });

  describe('whose member', () => {
    it('acknowledges what it does not have is refused, and nothing changes', async () => {
      const group = await newGroup();
      const positions = await fill(group.category, 3, 1);
      const member = await group.joined();
      const other = await group.joined();
      const owner = await ownerOf(positions, [member, other]);
      const stranger = owner === member ? other : member;
      const before = (await group.status()).body;
      for (const answer of [
        await stranger.ack(positions[0]),
        await stranger.nack([positions[0]]),
        await owner.ack(positions[0], 1_000_000),
        await owner.nack([positions[1], 1_000_000]),
      ]) {
        expectProblem(answer, 409, 'not-handed-out');
      }
      expectProblem(await owner.ack(positions[1]), 409, 'out-of-order');
      expect((await group.status()).body).toMatchObject({
        position: before.position,
        inFlight: 3,
      });
      expect((await owner.ack(...positions)).body).toEqual({ acknowledged: 3 });
      expect((await owner.ack(...positions)).body).toEqual({ acknowledged: 0 });
      expectProblem(await stranger.ack(...positions), 409, 'not-handed-out');
    });

    it('refuses an event gets it again after a pause, and what follows in its stream behind it', async () => {
      const group = await newGroup();
      const positions = await fill(group.category, 4, 1);
      const member = await group.joined();
      await member.take();
      const { body } = await member.nack(positions.slice(1), { reason: 'no', delayMs: 150 });
      expect(body.items).toEqual([
        { position: positions[1], state: 'waiting', attempts: 1, delayMs: 150 },
      ]);
      expectProblem(await member.ack(positions[2]), 409, 'not-handed-out');
      await member.ack(positions[0]);
      const again = await member.take();
      expect(again.map(({ attempt }) => attempt)).toEqual([2, 1, 1]);
      expect(positionsOf(again)).toEqual(positions.slice(1));
    });

    it('refuses it too often has it parked, with what follows in its stream, and others go on', async () => {
      const group = await newGroup({ maxAttempts: 2 });
      const positions = await fill(group.category, 6, 2);
      const poisoned = positions.filter((_, nth) => nth % 2 === 0);
      const healthy = positions.filter((_, nth) => nth % 2 === 1);
      const member = await group.joined();
      await member.take();
      await member.nack([poisoned[0]], { delayMs: 0 });
      await member.ack(...healthy);
      await member.take();
      expect((await member.nack(poisoned, { reason: 'no such town' })).body.items).toEqual([
        { position: poisoned[0], state: 'parked', attempts: 2, delayMs: 0 },
      ]);
      const [later, fine] = await fill(group.category, 2, 2);
      expect(positionsOf(await member.take())).toEqual([fine]);
      const parked = (await group.parked({ stream: `${group.category}-0` })).body.items;
      expect(parked.map(({ position }) => position)).toEqual([...poisoned, later]);
      expect(parked[0]).toMatchObject({ attempts: 2, error: 'no such town' });
      expect((await group.status()).body).toMatchObject({ parked: 4, position: fine - 1 });

      expectProblem(await group.skip(poisoned[1]), 409, 'not-the-first-parked-event');
      expectProblem(await group.skip(fine), 404, 'parked-event-not-found');
      expect((await group.skip(poisoned[0])).status).toBe(204);
      expect(await member.take(10, 0)).toEqual([]);
      expect((await group.retry(`${group.category}-0`)).body).toEqual({ retried: 3 });
      expect((await group.retry(`${group.category}-0`)).body).toEqual({ retried: 0 });
      expect(positionsOf(await member.take())).toEqual([...poisoned.slice(1), later]);
    });

    it('may have an event parked at once', async () => {
      const group = await newGroup();
      const [position] = await fill(group.category, 1);
      const member = await group.joined();
      await member.take();
      expect((await member.nack([position], { park: true })).body.items).toMatchObject([
        { state: 'parked', attempts: 1 },
      ]);
      const page = (await group.parked({ limit: 1 })).body;
      expect(page).toMatchObject({ items: [{ position }], nextCursor: null });
      const metrics = (await server.http.get<string>('/metrics')).body;
      expect(metrics).toContain(`hindsight_group_parked{group="${group.name}"} 1\n`);
      expect(metrics).toContain(`hindsight_group_lag_events{group="${group.name}"} 0\n`);
      expect(metrics).toContain(`hindsight_group_members{group="${group.name}"} 1\n`);
    });

    it('takes too long with an event has it taken from it', async () => {
      const group = await newGroup({ ackTimeoutMs: 300 });
      const positions = await fill(group.category, 2, 1);
      const member = await group.joined();
      await member.take();
      const again = await firstTaken(member);
      expect(positionsOf(again)).toEqual(positions);
      expect(again.map(({ attempt }) => attempt)).toEqual([2, 1]);
    });

    it('has as many events as it may have is told so', async () => {
      const group = await newGroup({ maxInFlight: 2 });
      const positions = await fill(group.category, 3);
      const member = await group.joined();
      expect(positionsOf(await member.take())).toEqual(positions.slice(0, 2));
      expectProblem(await member.ask(), 409, 'too-many-in-flight');
      await member.ack(positions[0]);
      expect(positionsOf(await member.take())).toEqual(positions.slice(2));
    });
  });

  it('says what is wrong with a request, and changes nothing', async () => {
    const group = await newGroup();
    const member = await group.joined();
    const { http } = server;
    for (const answer of [
      await new GroupApi(http, 'Mail').create(),
      await new GroupApi(http, 'x'.repeat(65)).create(),
      await new GroupApi(http, 'odd').create({ partitions: 0 }),
      await new GroupApi(http, 'odd').create({ partitions: 257 }),
      await new GroupApi(http, 'odd').create({ leaseMs: 1 }),
      await new GroupApi(http, 'odd').create({ categories: [] }),
      await new GroupApi(http, 'odd').create({ categories: ['Parcel'] }),
      await new GroupApi(http, 'odd').create({ types: 'parcel.sent' }),
      await new GroupApi(http, 'odd').create({ start: 'beginning' }),
      await new GroupApi(http, 'odd').create({ start: -1 }),
      await new GroupApi(http, 'odd').create({ filter: {} }),
      ...(await Promise.all(
        FIELDS.map((name) => new GroupApi(http, 'odd').create({ [name]: null })),
      )),
      await member.ask({ limit: null }),
      await member.ask({ waitMs: null }),
      await member.nack([1], { reason: null }),
      await member.nack([1], { delayMs: null }),
      await member.nack([1], { park: null }),
      await member.ask({ limit: 0 }),
      await member.ask({ waitMs: 60_001 }),
      await member.ack(),
      await member.ack(0),
      await member.nack([1], { delayMs: -1 }),
      await member.nack([1], { reason: '' }),
      await group.member('nobody').ask(),
      await group.retry('nothing'),
      await group.parked({ stream: 'nothing' }),
    ]) {
      expectProblem(answer, 400, 'validation-failed');
    }
    expectProblem(await new GroupApi(http, 'odd').status(), 404, 'group-not-found');
  });
});

/** What a member gets as soon as there is something. */
async function firstTaken(member: GroupMember) {
  for (;;) {
    const taken = await member.take();
    if (taken.length > 0) return taken;
  }
}

async function ownerOf(positions: readonly number[], members: readonly GroupMember[]) {
  for (const member of members) {
    const taken = positionsOf(await member.take(100, 0));
    if (taken.includes(positions[0])) return member;
  }
  throw new Error('Nobody has it.');
}
