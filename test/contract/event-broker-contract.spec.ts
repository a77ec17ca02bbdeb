import { NatsBroker } from '../../src/messaging/index.js';
import { eventBrokerContract } from '../../src/messaging/testing/event-broker-contract.js';
import { InMemoryBroker } from '../../src/messaging/testing/in-memory-broker.js';
import { describeWithNats, NatsServer } from '../support/nats-server.js';
import { brokenBrokers } from './broken-event-brokers.js';

/** In memory, what does not come at once never comes. */
const NOTHING_IS_LATE_MS = 20;

describe('the contract of the broker, on a broker in memory', () => {
  it.each(eventBrokerContract)('$name', async ({ run }) => {
    const broker = new InMemoryBroker();
    await run(broker);
    await broker.close();
  });

  it.each(brokenBrokers)('fails a broker that $fault', async ({ failsAt, Broker }) => {
    const [finding] = eventBrokerContract.filter(({ name }) => name === failsAt);
    await expect(finding.run(new Broker(), NOTHING_IS_LATE_MS)).rejects.toMatchObject({
      code: 'ERR_ASSERTION',
    });
  });
});

describeWithNats('the contract of the broker, on NATS JetStream', () => {
  let server: NatsServer;

  beforeAll(async () => (server = await NatsServer.start()));

  afterAll(() => server?.end());

  it.each(eventBrokerContract)('$name', async ({ run }) => {
    await server.clear();
    const broker = new NatsBroker({ servers: [server.url] });
    try {
      await run(broker);
    } finally {
      await broker.close();
    }
  });
});
