import { connect, headers } from '@nats-io/transport-node';
import { jetstream } from '@nats-io/jetstream';
import { NatsBroker } from '../../src/messaging/index.js';
import { until } from '../support/async.js';
import { arrivals, ConsumerWorld, structuredMessage } from '../support/consumer-world.js';
import { describeWithNats, NatsServer } from '../support/nats-server.js';
import { RelayWorld } from '../support/relay-world.js';
import { parcel } from '../support/relay-world.js';

describeWithNats('Events that go through NATS', () => {
  let server: NatsServer;
  let hub: RelayWorld;
  let service: ConsumerWorld;

  beforeAll(async () => (server = await NatsServer.start()));

  afterAll(() => server?.end());

  beforeEach(async () => {
    hub = await RelayWorld.create(server);
    service = await ConsumerWorld.create('sqlite');
  });

  afterEach(async () => {
    await service.end();
    await hub.end();
  });

  const bootService = (...[providers, options]: [readonly (new () => object)[], object?]) =>
    service.boot(new NatsBroker({ servers: [server.url] }), providers, options);

  async function arrive(...expected: readonly string[]): Promise<void> {
    await until(async () => (await service.arrived()).length >= expected.length);
    expect(await service.arrived()).toEqual(expected);
  }

  it('arrive in another database, once, across restarts of both sides and of the server', async () => {
    const { store, app } = await hub.boot();
    const consumer = await bootService([arrivals()]);
    await store.append('parcel-1', 'any', [parcel(1), parcel(2)]);
    await arrive('parcel-1 1', 'parcel-1 2');
    await consumer.app.close();
    await app.close();

    const again = await hub.boot();
    await again.store.append('parcel-1', 'any', [parcel(3)]);
    await bootService([arrivals()]);
    await arrive('parcel-1 1', 'parcel-1 2', 'parcel-1 3');

    await server.kill();
    await again.store.append('parcel-1', 'any', [parcel(4)]);
    await server.run();
    await arrive('parcel-1 1', 'parcel-1 2', 'parcel-1 3', 'parcel-1 4');
  });

  it('come from any publisher, in binary mode and on its own subjects', async () => {
    await bootService([arrivals()], { topics: 'depot.>' });
    // The stream is there as soon as somebody has subscribed.
    await until(async () => (await service.sql('SELECT 1 FROM hub_checkpoints')).length > 0);
    const client = await connect({ servers: server.url });
    const named = headers();
    for (const [name, value] of Object.entries({
      'ce-specversion': '1.0',
      'ce-id': 'one',
      'ce-source': '/depot',
      'ce-type': 'parcel.moved',
      'ce-subject': 'x%20y',
      'content-type': 'application/json',
    })) {
      named.append(name, value);
    }
    const publish = (subject: string, body: Uint8Array, options?: object) =>
      until(() =>
        jetstream(client)
          .publish(subject, body, options)
          .then(
            () => true,
            () => false,
          ),
      );
    await publish('hub.elsewhere.a', structuredMessage(9, 'z'));
    await publish('hub.depot.a', Buffer.from('{"nr":1}'), { headers: named });
    await publish('hub.depot.b', structuredMessage(2, 'x y'));
    await arrive('x y 1', 'x y 2');
    await client.close();
  });

  it('are read from the beginning of a stream that was deleted and made anew, and done once', async () => {
    const { store, app } = await hub.boot();
    const consumer = await bootService([arrivals()]);
    await store.append('parcel-1', 'any', [parcel(1), parcel(2)]);
    await arrive('parcel-1 1', 'parcel-1 2');
    await consumer.app.close();
    await app.close();
    await server.clear();
    const other = await hub.boot();
    await other.store.append('parcel-1', 'any', [parcel(3)]);
    await other.relayed();
    await bootService([arrivals()]);
    await arrive('parcel-1 1', 'parcel-1 2', 'parcel-1 3');
  });
});
