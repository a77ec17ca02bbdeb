import { InMemoryBroker } from '../../src/messaging/testing/in-memory-broker.js';
import { until } from '../support/async.js';
import { arrivals, ConsumerWorld, structuredMessage } from '../support/consumer-world.js';
import { hub } from '../support/hub-command.js';

// Nobody listens there: to look after dead letters takes no broker.
const NATS = { NATS_URL: 'nats://127.0.0.1:9', NATS_CONSUMER: 'tests' };

describe('hub dead-letters', () => {
  let world: ConsumerWorld;

  beforeAll(async () => {
    world = await ConsumerWorld.create('sqlite');
    const broker = new InMemoryBroker();
    const fails = arrivals(() => Promise.reject(new Error('No room.')));
    const { app, deadLetters } = await world.boot(broker, [fails]);
    for (const nr of [1, 2]) broker.keep('parcel.parcel.moved', {}, structuredMessage(nr, 'a b'));
    await until(async () => (await deadLetters.list()).length === 2);
    await app.close();
  });

  afterAll(() => world.end());

  it('lists them, with what to do', async () => {
    const { code, stdout } = await hub(['dead-letters', 'list'], world.database, NATS);
    expect(code).toBe(0);
    expect(stdout).toMatch(/1 +a b +parcel\.moved +3 .* No room\./);
    expect(stdout).toMatch(/2 +a b +parcel\.moved +0 +- +waits behind the one before/);
    expect(stdout).toContain('hub dead-letters retry "a b"');
  });

  it('shows one, in JSON as well', async () => {
    const words = ['dead-letters', 'show', '1', '--json'];
    const { stdout } = await hub(words, world.database, NATS);
    expect(JSON.parse(stdout)).toMatchObject({
      number: 1,
      error: 'No room.',
      cloudEvent: { id: 'a b/1', data: { nr: 1 } },
    });
  });

  it('discards none by a retry in a program that does not handle it', async () => {
    const words = ['dead-letters', 'retry', 'a b'];
    const { code, stderr } = await hub(words, world.database, NATS);
    expect(code).toBe(1);
    expect(stderr).toContain('No method of this process handles "parcel.moved".');
  });

  it('discards the first of a key, and no other', async () => {
    const second = await hub(['dead-letters', 'discard', '2'], world.database, NATS);
    expect([second.code, second.stderr]).toEqual([1, expect.stringContaining('the first is 1')]);
    const first = await hub(['dead-letters', 'discard', '1'], world.database, NATS);
    expect([first.code, first.stdout]).toEqual([
      0,
      expect.stringMatching(/^Dead letter 1 is given up/),
    ]);
  });

  it('says what to type where nothing is consumed, and for what is no number', async () => {
    const without = await hub(['dead-letters', 'list'], world.database);
    expect([without.code, without.stderr]).toEqual([1, expect.stringContaining('Set NATS_URL')]);
    const wrong = await hub(['dead-letters', 'show', 'x'], world.database, NATS);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('whole number')]);
  });
});
