import { Injectable } from '@nestjs/common';
import type { CloudEvent } from '../../src/common/cloud-events/index.js';
import { UnrecoverableError } from '../../src/event-sourcing/index.js';
import { type IntegrationContext, OnIntegrationEvent } from '../../src/messaging/index.js';
import { InMemoryBroker } from '../../src/messaging/testing/in-memory-broker.js';
import { until } from '../support/async.js';
import { arrivals, ConsumerWorld, structuredMessage } from '../support/consumer-world.js';
import { DATABASE_KINDS } from '../support/databases.js';

const TOPIC = 'parcel.parcel.moved';

describe.each(DATABASE_KINDS)('A consumer of events of other services, on %s,', (kind) => {
  let world: ConsumerWorld;
  let broker: InMemoryBroker;

  beforeEach(async () => {
    world = await ConsumerWorld.create(kind);
    broker = new InMemoryBroker();
  });

  afterEach(() => world.end());

  function send(nr: number, key: string, id?: string): void {
    broker.keep(TOPIC, {}, structuredMessage(nr, key, id));
  }

  async function arrive(...expected: readonly string[]): Promise<void> {
    await until(async () => (await world.arrived()).length >= expected.length);
    expect(await world.arrived()).toEqual(expected);
  }

  it('handles each event once, however often it comes', async () => {
    await world.boot(broker, [arrivals()]);
    send(1, 'a');
    send(1, 'a');
    send(2, 'a');
    await arrive('a 1', 'a 2');
    send(1, 'a');
    send(3, 'a');
    await arrive('a 1', 'a 2', 'a 3');
  });

  it('goes on where it was after a restart', async () => {
    const first = await world.boot(broker, [arrivals()]);
    send(1, 'a');
    await arrive('a 1');
    await first.app.close();
    const second = new InMemoryBroker();
    for (const nr of [1, 2, 3]) second.keep(TOPIC, {}, structuredMessage(nr, 'b'));
    await world.boot(second, [arrivals()]);
    await arrive('a 1', 'b 2', 'b 3');
  });

  it('takes events in binary mode, and passes by what nobody handles', async () => {
    await world.boot(broker, [arrivals()]);
    broker.keep('parcel.parcel.lost', {}, structuredMessage(1, 'a', 'x', 'parcel.lost'));
    const headers = {
      'ce-specversion': '1.0',
      'ce-id': '7',
      'ce-source': '/depot',
      'ce-type': 'parcel.moved',
      'ce-partitionkey': 'c',
      'content-type': 'application/json',
    };
    broker.keep(TOPIC, headers, Buffer.from('{"nr":2}'));
    await arrive('c 2');
  });

  it('tries an event again, then makes a dead letter of it, behind which its key waits', async () => {
    let isMended = false;
    const tries: number[] = [];
    const { deadLetters, logs } = await world.boot(broker, [
      arrivals((nr, { attempts }) => {
        if (nr !== 2 || isMended) return;
        tries.push(attempts);
        throw new Error('No room.');
      }),
    ]);
    for (const nr of [1, 2, 3]) send(nr, 'a');
    send(4, 'b');
    send(5, 'a');
    await arrive('a 1', 'b 4');
    await until(async () => (await deadLetters.list()).length === 3);
    expect(tries).toEqual([1, 1, 2, 3]);
    expect(await deadLetters.list()).toMatchObject([
      { key: 'a', event: '/depot a/2', attempts: 3, error: 'No room.' },
      { key: 'a', event: '/depot a/3', attempts: 0, error: null },
      { key: 'a', event: '/depot a/5', attempts: 0, error: null },
    ]);
    expect(logs.errors).toEqual([
      '"parcel.moved" from parcel.parcel.moved is a dead letter, and so is what follows in "a", after 3 attempts: No room.',
    ]);

    expect(await deadLetters.retry('a')).toEqual({ handled: 0, left: 3, error: 'No room.' });
    expect((await deadLetters.list())[0].attempts).toBe(4);
    isMended = true;
    expect(await deadLetters.retry('a')).toEqual({ handled: 3, left: 0 });
    send(6, 'a');
    await arrive('a 1', 'b 4', 'a 2', 'a 3', 'a 5', 'a 6');
  });

  it('does not try again what a method gives up, and forgets what is discarded', async () => {
    let calls = 0;
    const { deadLetters } = await world.boot(broker, [
      arrivals((nr) => {
        if (nr !== 1) return;
        calls += 1;
        throw new UnrecoverableError('Never.');
      }),
    ]);
    send(1, 'a');
    send(2, 'a');
    await until(async () => (await deadLetters.list()).length === 2);
    // In the batch of both, and by itself.
    expect(calls).toBeLessThanOrEqual(2);
    const [first, second] = await deadLetters.list();
    await expect(deadLetters.discard(second.nr)).rejects.toMatchObject({
      code: 'not-the-first-dead-letter',
    });
    await deadLetters.discard(first.nr);
    await expect(deadLetters.discard(first.nr)).rejects.toMatchObject({
      code: 'dead-letter-not-found',
    });
    expect(await deadLetters.retry('a')).toEqual({ handled: 1, left: 0 });
    await arrive('a 2');
  });

  it('makes dead letters of what is no CloudEvent, whatever it is', async () => {
    const { deadLetters, logs } = await world.boot(broker, [arrivals()]);
    broker.keep(TOPIC, {}, Buffer.from([0xff, 0]));
    broker.keep(TOPIC, {}, Buffer.from('{"specversion":"0.3","id":"1"}'));
    broker.keep(TOPIC, {}, Buffer.from('['.repeat(50_000)));
    broker.keep(TOPIC, { 'ce-specversion': '1.0', 'ce-id': ['1', '2'] }, Buffer.alloc(0));
    const strange = { specversion: '1.0', id: '\0', source: '/x', type: 'parcel.moved' };
    broker.keep(TOPIC, {}, Buffer.from(JSON.stringify({ ...strange, subject: 'x'.repeat(9_999) })));
    send(1, 'a');
    await arrive('a 1');
    const letters = await deadLetters.list();
    expect(logs.errors).toHaveLength(5);
    expect(letters.map(({ attempts }) => attempts)).toEqual([1, 1, 1, 1, 3]);
    expect(letters[1].error).toMatch(/^It is no CloudEvent: .*source must be there/);
    expect(await deadLetters.show(letters[0].nr)).toMatchObject({
      problem: 'It is no CloudEvent: it has no header ce-specversion, and its body is not JSON.',
    });
    expect((await deadLetters.show(letters[4].nr)).event?.id).toBe('\0');
  });

  it('calls a method before the transaction, with ids that stay the same', async () => {
    const calls: string[] = [];
    @Injectable()
    class Commands {
      @OnIntegrationEvent('parcel.moved', { transaction: 'before' })
      async send(_: CloudEvent, context: IntegrationContext): Promise<void> {
        calls.push(context.idFor('command'));
        expect(() => context.manager).toThrow(/Remove \{ transaction: 'before' \}/);
        if (calls.length === 1) throw new Error('Once.');
      }
    }
    await world.boot(broker, [Commands]);
    send(1, 'a');
    send(1, 'a');
    send(2, 'a');
    await until(() => calls.length === 3);
    expect(calls[1]).toBe(calls[0]);
    expect(calls[2]).not.toBe(calls[0]);
  });

  it('waits while the broker is away, and says so once', async () => {
    broker.isAway = true;
    const { runtime, logs } = await world.boot(broker, [arrivals()]);
    await until(() => runtime.status?.state === 'retrying');
    expect(runtime.status?.lastError).toBe('The broker is away.');
    send(1, 'a');
    broker.isAway = false;
    await arrive('a 1');
    expect(logs.errors).toEqual([
      'The consumer "tests" waits, and tries again: The broker is away.',
    ]);
  });

  it('makes no dead letters where its tables are missing', async () => {
    const { runtime, deadLetters } = await world.boot(broker, [arrivals()]);
    await world.sql('ALTER TABLE arrivals RENAME TO elsewhere');
    send(1, 'a');
    send(2, 'b');
    await until(() => runtime.status?.lastError?.includes('arrivals') ?? false);
    await world.sql('ALTER TABLE elsewhere RENAME TO arrivals');
    await arrive('a 1', 'b 2');
    expect(await deadLetters.list()).toEqual([]);
  });

  it('runs in one process, and in the next one when that ends', async () => {
    const first = await world.boot(broker, [arrivals()]);
    const second = await world.boot(broker, [arrivals()]);
    await until(() => first.runtime.status?.state === 'consuming');
    await until(() => second.runtime.status?.state === 'standby');
    send(1, 'a');
    await arrive('a 1');
    await first.app.close();
    const other = new InMemoryBroker();
    for (const nr of [1, 2]) other.keep(TOPIC, {}, structuredMessage(nr, 'a'));
    await until(() => second.runtime.status?.state !== 'standby');
  });

  it('makes a dead letter of an event that has ended several processes', async () => {
    const first = await world.boot(broker, [arrivals()]);
    await until(() => first.runtime.status?.state === 'consuming');
    await first.app.close();
    await world.sql(
      "UPDATE hub_checkpoints SET owner = 'elsewhere/1/x', lease_expires_at = 0 WHERE name = 'consumer:tests'",
    );
    await world.sql(
      "INSERT INTO hub_consumers (name, tried_event, attempts) VALUES ('tests', '/depot a/1', 3)",
    );
    const next = new InMemoryBroker();
    for (const nr of [1, 2]) next.keep(TOPIC, {}, structuredMessage(nr, 'a'));
    next.keep(TOPIC, {}, structuredMessage(3, 'b'));
    const { deadLetters } = await world.boot(next, [arrivals()]);
    await arrive('b 3');
    expect(await deadLetters.list()).toMatchObject([
      {
        event: '/depot a/1',
        attempts: 3,
        error: expect.stringMatching(/ended, or stood still/) as string,
      },
      { event: '/depot a/2', attempts: 0, error: null },
    ]);
  });

  it('cleans its inbox', async () => {
    const first = await world.boot(broker, [arrivals()]);
    send(1, 'a');
    await arrive('a 1');
    await first.app.close();
    await world.sql('UPDATE hub_inbox SET done_at = done_at - 10000');
    const again = new InMemoryBroker();
    for (const nr of [1, 2]) again.keep(TOPIC, {}, structuredMessage(nr, 'b'));
    await world.boot(again, [arrivals()], { inboxKeepsMs: 9_000 });
    await arrive('a 1', 'b 2');
    await until(async () => (await world.sql('SELECT * FROM hub_inbox')).length === 1);
  });
});

describe('The boot refuses', () => {
  let world: ConsumerWorld;

  beforeEach(async () => (world = await ConsumerWorld.create('sqlite')));

  afterEach(() => world.end());

  it('two methods for the events of a type, and options that cannot be meant', async () => {
    class Others {
      async arrive(): Promise<void> {}
    }
    OnIntegrationEvent('parcel.moved')(Others.prototype, 'arrive', {});
    class Nameless {
      async arrive(): Promise<void> {}
    }
    OnIntegrationEvent(' ')(Nameless.prototype, 'arrive', {});
    const boot = world.boot(new InMemoryBroker(), [arrivals(), Others, Nameless], {
      name: 'a.b',
      topics: 'user.*a',
    });
    await expect(boot).rejects.toMatchObject({
      problems: [
        `Arrivals.arrive and Others.arrive both handle "parcel.moved". Remove @OnIntegrationEvent('parcel.moved') from ` +
          'one, and have the other one call it.',
        "Nameless.arrive handles events without a type. Write @OnIntegrationEvent('<type>'), for example 'user.created'.",
        'consumer.name is "a.b". Type letters, digits, _ and - in MessagingModule.forRoot({ consumer: { name } }).',
        `consumer.topics is "user.*a". Type words joined by ".", with * for any one and > for all that follow, for ` +
          "example 'user.>', or leave it out.",
      ],
    });
  });
});
