import { connect } from '@nats-io/transport-node';
import { jetstreamManager, StorageType } from '@nats-io/jetstream';
import { ParkedEvents } from '../../src/event-sourcing/index.js';
import { collect, until } from '../support/async.js';
import { describeWithNats, NatsServer } from '../support/nats-server.js';
import { eventIn, parcel, RelayWorld } from '../support/relay-world.js';

describeWithNats('The relay to NATS', () => {
  let server: NatsServer;
  let world: RelayWorld;

  beforeAll(async () => (server = await NatsServer.start()));

  afterAll(() => server?.end());

  beforeEach(async () => (world = await RelayWorld.create(server)));

  afterEach(() => world.end());

  it('publishes everything that was committed, as CloudEvents, in the order of each stream', async () => {
    const { store, relayed } = await world.boot({ source: '/shop' });
    const streams = ['parcel-1', 'parcel-2', 'errand-1'];
    for (const nr of Array(30).keys()) {
      await store.append(streams[nr % 3], 'any', [parcel(nr), parcel(nr, 'parcel.was-lost')]);
    }
    await relayed();
    const messages = await world.messages(60);
    expect(new Set(messages.map(({ origin }) => origin))).toEqual(
      new Set([
        'hub.parcel.parcel.moved',
        'hub.parcel.parcel.was-lost',
        'hub.errand.parcel.moved',
        'hub.errand.parcel.was-lost',
      ]),
    );
    const log = await collect(store.readLog());
    for (const stream of streams) {
      const ofStream = messages.filter((message) => eventIn(message).subject === stream);
      const stored = log.filter((event) => event.stream === stream);
      expect(ofStream.map((message) => message.headers['nats-msg-id'])).toEqual(
        stored.map(({ id }) => id),
      );
      expect(ofStream.map(eventIn)).toMatchObject(
        stored.map(({ id, type, data }) => ({ id, type, data, source: '/shop' })),
      );
    }
  });

  it('goes on where it was after a restart', async () => {
    const first = await world.boot();
    await first.store.append('parcel-1', 'any', [parcel(1), parcel(2)]);
    await first.relayed();
    await first.app.close();
    const second = await world.boot();
    await second.store.append('parcel-1', 'any', [parcel(3)]);
    await second.relayed();
    expect((await world.events(3)).map(({ data }) => data)).toEqual([
      { nr: 1 },
      { nr: 2 },
      { nr: 3 },
    ]);
  });

  it('publishes the chosen categories only', async () => {
    const { store, relayed } = await world.boot({ categories: ['parcel'] });
    await store.append('errand-1', 'any', [parcel(1)]);
    await store.append('parcel-1', 'any', [parcel(2)]);
    await relayed();
    expect((await world.events(1)).map(({ subject }) => subject)).toEqual(['parcel-1']);
  });

  it('starts while NATS is away, says so once, and goes on when it is there', async () => {
    await server.kill();
    const { store, relayed, processors, logs } = await world.boot();
    await store.append('parcel-1', 'any', [parcel(1)]);
    await until(async () => (await processors.status('event-relay')).state === 'retrying');
    expect((await processors.status('event-relay')).lastError).toMatch(
      /^NATS \(nats:\/\/127.0.0.1:\d+\) cannot be used at the moment: /,
    );
    await store.append('parcel-1', 'any', [parcel(2)]);
    await server.run();
    await relayed();
    const told = logs.errors.map((line) => line.replace(/ in \d+ ms/, ''));
    expect(told.filter((line, nth) => line === told[nth - 1])).toEqual([]);
    expect(told[0]).toContain(
      'Processor "event-relay" failed after position 0, and tries again: NATS',
    );
    expect((await world.events(2)).map(({ data }) => data)).toEqual([{ nr: 1 }, { nr: 2 }]);
    expect(await processors.status('event-relay')).toMatchObject({ state: 'live', parked: 0 });
  });

  it('parks the stream of an event that is too large, and publishes it after the mend', async () => {
    const { store, relayed, app } = await world.boot();
    const large = { ...parcel(1), data: { text: 'x'.repeat(1_100_000) } };
    await store.append('parcel-1', 'any', [large, parcel(2)]);
    await store.append('parcel-2', 'any', [parcel(3)]);
    await relayed();
    expect((await world.events(1)).map(({ data }) => data)).toEqual([{ nr: 3 }]);
    const parked = await app.get(ParkedEvents).list();
    expect(parked.map(({ position, error }) => [position, error])).toEqual([
      [1, expect.stringMatching(/is larger than messages of NATS may be\. Raise max_payload/)],
      [2, undefined],
    ]);
    await app.get(ParkedEvents).skip('event-relay', 'parcel-1', 1);
    expect(await app.get(ParkedEvents).retry('event-relay', 'parcel-1')).toEqual({
      handled: 1,
      left: 0,
    });
    expect((await world.events(2)).map(({ data }) => data)).toEqual([{ nr: 3 }, { nr: 2 }]);
  });

  it('does not use a stream that loses messages, and says what to type', async () => {
    const client = await connect({ servers: server.url });
    const { streams } = await jetstreamManager(client);
    await streams.add({
      name: 'HUB',
      subjects: ['other.>'],
      storage: StorageType.Memory,
      duplicate_window: 1e9,
    });
    const { store, relayed, processors } = await world.boot();
    await store.append('parcel-1', 'any', [parcel(1)]);
    await until(async () => (await processors.status('event-relay')).state === 'retrying');
    expect((await processors.status('event-relay')).lastError).toBe(
      "The JetStream stream HUB cannot be used as it is. It does not store hub.>: nats stream edit HUB --subjects='hub.>'. " +
        'It is in memory, and is lost with its servers. That cannot be changed: choose another one by NATS_STREAM=<name>. ' +
        'It forgets ids after 1000 ms, and NATS_DUPLICATE_WINDOW_MS is 120000: nats stream edit HUB --dupe-window=120000ms.',
    );
    await streams.delete('HUB');
    await relayed();
    expect((await world.events(1)).map(({ data }) => data)).toEqual([{ nr: 1 }]);
    await client.close();
  });
});
