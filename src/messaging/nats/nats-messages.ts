import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import { BrokerUnavailableError } from '../broker/broker.errors.js';
import type { IncomingMessage, IncomingMessages, Subscription } from '../broker/event-broker.js';
import { MessageQueue } from '../broker/message-queue.js';
import type { NatsConnection, NatsSession } from './nats-connection.js';
import { placeConsumer } from './nats-consumer.js';
import { unavailable } from './nats-errors.js';
import type { NatsSettings } from './nats-options.js';
import { placeText, sequenceOf } from './nats-place.js';

/** How many messages are on their way or waiting here. */
const PREFETCH = 500;
/** A request that gets lost while leaders change is found out after two signs of life that are missing. */
const REQUEST_MS = 10_000;
const HEARTBEAT_MS = 1_000;
/** What the client tells of a consumer that gets nothing more, or may have missed something. */
const BREAKS: readonly string[] = [
  'consumer_deleted',
  'consumer_not_found',
  'stream_not_found',
  'heartbeats_missed',
  'no_responders',
];

/** The messages of a durable pull consumer, in order and without a hole; whatever may have made one ends them. */
export class NatsMessages implements IncomingMessages {
  private readonly queue = new MessageQueue<JsMsg>();
  private readonly unacknowledged = new Map<number, JsMsg>();
  private isClosed = false;

  private constructor(
    private readonly messages: ConsumerMessages,
    private readonly settings: NatsSettings,
    private readonly stream: string,
    private delivered: number,
    private last: number,
  ) {}

  /** @throws BrokerUnavailableError */
  static async open(
    connection: NatsConnection,
    settings: NatsSettings,
    { consumer: name, topics = '>', after }: Subscription,
  ): Promise<NatsMessages> {
    const session = await connection.open();
    try {
      const { stream, prefix } = settings;
      const { created } = await session.manager.streams.info(stream);
      const sequence = sequenceOf(after, created);
      const wanted = { stream, name, subject: `${prefix}.${topics}`, after: sequence };
      const { consumer, delivered } = await placeConsumer(session, wanted);
      const messages = await consumer.consume({
        max_messages: PREFETCH,
        expires: REQUEST_MS,
        idle_heartbeat: HEARTBEAT_MS,
      });
      const opened = new NatsMessages(messages, settings, created, delivered, sequence);
      void opened.receive();
      void opened.watchConsumer();
      void opened.watchConnection(session);
      return opened;
    } catch (error) {
      connection.doubtStream();
      throw unavailable(error, settings);
    }
  }

  async next(atMost: number, waitMs: number): Promise<readonly IncomingMessage[]> {
    const messages = await this.queue.next(atMost, waitMs);
    return messages.map((message) => this.incoming(message));
  }

  done(place: string): void {
    const sequence = sequenceOf(place, this.stream);
    const message = this.unacknowledged.get(sequence);
    if (!message) return;
    message.ack();
    for (const earlier of this.unacknowledged.keys()) {
      if (earlier <= sequence) this.unacknowledged.delete(earlier);
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.queue.end(new BrokerUnavailableError('The subscription is closed.'));
    await this.messages.close();
  }

  private incoming(message: JsMsg): IncomingMessage {
    const headers: Record<string, string | readonly string[]> = {};
    for (const name of message.headers?.keys() ?? []) {
      const values = message.headers?.values(name) ?? [];
      headers[name.toLowerCase()] = values.length === 1 ? values[0] : values;
    }
    return {
      place: placeText({ stream: this.stream, sequence: message.seq }),
      headers,
      body: message.data,
      origin: message.subject,
    };
  }

  private async receive(): Promise<void> {
    try {
      for await (const message of this.messages) {
        const { deliverySequence, streamSequence } = message.info;
        this.delivered += 1;
        if (deliverySequence !== this.delivered) {
          return this.break('messages are missing between two that came');
        }
        // One that comes again, as it took long.
        if (streamSequence <= this.last) continue;
        this.last = streamSequence;
        this.unacknowledged.set(streamSequence, message);
        this.queue.add(message);
      }
      this.break('it has ended');
    } catch (error) {
      this.break(error);
    }
  }

  private async watchConsumer(): Promise<void> {
    for await (const { type } of this.messages.status()) {
      if (BREAKS.includes(type)) this.break(type.replaceAll('_', ' '));
    }
  }

  private async watchConnection({ client }: NatsSession): Promise<void> {
    for await (const { type } of client.status()) {
      if (this.isClosed) return;
      if (type === 'disconnect' || type === 'close') this.break('the connection was lost');
    }
  }

  private break(reason: unknown): void {
    this.queue.end(
      reason instanceof Error
        ? unavailable(reason, this.settings)
        : new BrokerUnavailableError(`The subscription to NATS broke: ${String(reason)}.`),
    );
  }
}
