import assert from 'node:assert/strict';
import { readStructured, STRUCTURED } from '../../common/cloud-events/index.js';
import { BrokerUnavailableError, EventNotPublishableError } from '../broker/broker.errors.js';
import type {
  EventBroker,
  IncomingMessage,
  IncomingMessages,
  OutgoingEvent,
} from '../broker/event-broker.js';

const PATIENCE_MS = 10_000;
const SHORT_MS = 50;

/** One promise of the port `EventBroker`, executable. */
export interface BrokerContractCase {
  /** A sentence about the broker; unique in the contract. */
  readonly name: string;
  /**
   * Rejects when the broker does not keep this promise.
   * @param patienceMs how long messages may take that were published. @default 10000
   */
  readonly run: (broker: EventBroker, patienceMs?: number) => Promise<void>;
}

/** What every implementation of the port `EventBroker` promises. Each case wants a broker with nothing in it. */
export const eventBrokerContract: readonly BrokerContractCase[] = casesOf({
  'what was published comes as it was, as a CloudEvent in structured mode': async (
    broker,
    patienceMs,
  ) => {
    const sent = outgoing('order-1', 1);
    await broker.publish([sent]);
    const [message] = await received(1, await broker.subscribe({ consumer: 'a' }), patienceMs);
    assert.equal(message.headers['content-type'], STRUCTURED);
    assert.deepEqual(eventIn(message), sent.event);
  },

  'the events of a key come in their order': async (broker, patienceMs) => {
    const sent = numbers(1, 300).map((nr) => outgoing(`order-${nr % 7}`, nr));
    await broker.publish(sent);
    await broker.publish(numbers(301, 310).map((nr) => outgoing(`order-${nr % 7}`, nr)));
    const came = (await received(310, await broker.subscribe({ consumer: 'a' }), patienceMs)).map(
      eventIn,
    );
    for (const key of numbers(0, 6)) {
      const ofKey = came.filter(({ subject }) => subject === `order-${key}`);
      const expected = numbers(1, 310).filter((nr) => nr % 7 === key);
      assert.deepEqual(
        ofKey.map(({ data }) => data),
        expected,
      );
    }
  },

  'what is published again does not come again, and changes no order': async (
    broker,
    patienceMs,
  ) => {
    const sent = numbers(1, 20).map((nr) => outgoing('order-1', nr));
    await broker.publish(sent.slice(0, 12));
    await broker.publish(sent);
    const came = await receivedOnly(20, await broker.subscribe({ consumer: 'a' }), patienceMs);
    assert.deepEqual(came.map(numberIn), numbers(1, 20));
  },

  'whoever goes on after a place gets everything behind it, and nothing before': async (
    broker,
    patienceMs,
  ) => {
    await broker.publish(numbers(1, 50).map((nr) => outgoing('order-1', nr)));
    const first = await broker.subscribe({ consumer: 'a' });
    const before = await received(50, first, patienceMs);
    await first.close();
    for (const done of [20, 49, 3]) {
      const again = await broker.subscribe({ consumer: 'a', after: before[done - 1].place });
      const came = await receivedOnly(50 - done, again, patienceMs);
      assert.deepEqual(came.map(numberIn), numbers(done + 1, 50));
      again.done(came.at(-1)?.place ?? '');
      await again.close();
    }
  },

  'a consumer that has told what is done goes on behind it': async (broker, patienceMs) => {
    await broker.publish(numbers(1, 10).map((nr) => outgoing('order-1', nr)));
    const first = await broker.subscribe({ consumer: 'a' });
    const { place } = (await received(10, first, patienceMs))[9];
    first.done(place);
    await first.close();
    await broker.publish([outgoing('order-1', 11)]);
    const came = await receivedOnly(
      1,
      await broker.subscribe({ consumer: 'a', after: place }),
      patienceMs,
    );
    assert.deepEqual(came.map(numberIn), [11]);
  },

  'whoever waits gets what comes, soon': async (broker, patienceMs) => {
    const messages = await broker.subscribe({ consumer: 'a' });
    assert.deepEqual(await messages.next(10, SHORT_MS), []);
    const next = messages.next(10, patienceMs);
    await broker.publish([outgoing('order-1', 1)]);
    assert.deepEqual((await next).map(numberIn), [1]);
  },

  'no more messages come at once than were asked for': async (broker, patienceMs) => {
    await broker.publish(numbers(1, 5).map((nr) => outgoing('order-1', nr)));
    const messages = await broker.subscribe({ consumer: 'a' });
    assert.equal((await messages.next(2, patienceMs)).length <= 2, true);
  },

  'several consumers get everything, each by itself': async (broker, patienceMs) => {
    await broker.publish(numbers(1, 5).map((nr) => outgoing('order-1', nr)));
    for (const consumer of ['a', 'b']) {
      const came = await receivedOnly(5, await broker.subscribe({ consumer }), patienceMs);
      assert.deepEqual(came.map(numberIn), numbers(1, 5));
    }
  },

  'a consumer gets the topics that it asked for': async (broker, patienceMs) => {
    await broker.publish([
      { ...outgoing('order-1', 1), topic: 'order.order.placed' },
      { ...outgoing('user-1', 2), topic: 'user.user.created' },
      { ...outgoing('user-1', 3), topic: 'user.user.email-changed' },
    ]);
    const wanted = {
      '>': [1, 2, 3],
      'user.>': [2, 3],
      'user.user.created': [2],
      '*.*.placed': [1],
    };
    for (const [nr, [topics, expected]] of Object.entries(wanted).entries()) {
      const messages = await broker.subscribe({ consumer: `c${nr}`, topics });
      const came = (await receivedOnly(expected.length, messages, patienceMs)).map(numberIn);
      assert.deepEqual(
        came.toSorted((a, b) => a - b),
        expected,
      );
    }
  },

  'an event that is too large is refused, and holds up its key alone': async (
    broker,
    patienceMs,
  ) => {
    const large = outgoing('order-1', 2);
    const work = broker.publish([
      outgoing('order-1', 1),
      { ...large, event: { ...large.event, data: 'x'.repeat(9_000_000) } },
      outgoing('order-1', 3),
      outgoing('order-2', 4),
      outgoing('order-2', 5),
    ]);
    await assert.rejects(work, EventNotPublishableError);
    const came = await receivedOnly(3, await broker.subscribe({ consumer: 'a' }), patienceMs);
    assert.deepEqual(
      came.map(numberIn).toSorted((a, b) => a - b),
      [1, 4, 5],
    );
  },

  'whoever uses it after its end is told that it is away': async (broker, patienceMs) => {
    const messages = await broker.subscribe({ consumer: 'a' });
    const waiting = messages.next(1, patienceMs);
    const refused = assert.rejects(waiting, BrokerUnavailableError);
    await broker.close();
    await refused;
    await assert.rejects(broker.publish([outgoing('order-1', 1)]), BrokerUnavailableError);
    await assert.rejects(broker.subscribe({ consumer: 'b' }), BrokerUnavailableError);
  },
});

function casesOf(
  bodies: Readonly<Record<string, (broker: EventBroker, patienceMs: number) => Promise<void>>>,
): readonly BrokerContractCase[] {
  return Object.entries(bodies).map(([name, body]) => ({
    name,
    run: (broker, patienceMs = PATIENCE_MS) => body(broker, patienceMs),
  }));
}

function outgoing(key: string, nr: number): OutgoingEvent {
  return {
    key,
    topic: 'order.order.placed',
    event: {
      specversion: '1.0',
      id: `${key}/${nr}`,
      source: '/hub',
      type: 'order.placed',
      subject: key,
      extensions: { partitionkey: key },
      data: nr,
    },
  };
}

function numbers(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function eventIn({ body }: IncomingMessage): ReturnType<typeof readStructured> {
  return readStructured(JSON.parse(Buffer.from(body).toString()));
}

function numberIn(message: IncomingMessage): number {
  return eventIn(message).data as number;
}

async function received(
  count: number,
  messages: IncomingMessages,
  patienceMs: number,
): Promise<IncomingMessage[]> {
  const all: IncomingMessage[] = [];
  while (all.length < count) {
    const more = await messages.next(count - all.length, patienceMs);
    assert.notEqual(more.length, 0, `${all.length} of ${count} messages came`);
    all.push(...more);
  }
  return all;
}

/** So many messages, behind which nothing comes. */
async function receivedOnly(
  count: number,
  messages: IncomingMessages,
  patienceMs: number,
): Promise<IncomingMessage[]> {
  const all = await received(count, messages, patienceMs);
  return [...all, ...(await messages.next(1_000, SHORT_MS))];
}
