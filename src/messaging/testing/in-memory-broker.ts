import { STRUCTURED, structured } from '../../common/cloud-events/index.js';
import { BrokerUnavailableError, EventNotPublishableError } from '../broker/broker.errors.js';
import {
  EventBroker,
  type IncomingMessage,
  type IncomingMessages,
  type OutgoingEvent,
  type Subscription,
} from '../broker/event-broker.js';
import { MessageQueue } from '../broker/message-queue.js';

const LARGEST = 1_048_576;

/** A message as a broker keeps it. */
export type KeptMessage = Omit<IncomingMessage, 'place'>;

/** A broker for tests, in the memory of one process. It knows ids for ever. */
export class InMemoryBroker extends EventBroker {
  protected readonly kept: KeptMessage[] = [];
  private readonly ids = new Set<string>();
  private readonly readers = new Set<InMemoryMessages>();
  private isClosed = false;
  /** While set, nobody gets through. */
  isAway = false;

  override async publish(events: readonly OutgoingEvent[]): Promise<void> {
    this.assertThere();
    const refused = new Set<string>();
    for (const { event, key, topic } of events) {
      if (refused.has(key)) continue;
      const body = Buffer.from(JSON.stringify(structured(event)));
      if (body.length > LARGEST) refused.add(key);
      else if (!this.isKnown(event.id)) this.keep(topic, { 'content-type': STRUCTURED }, body);
    }
    if (refused.size > 0) throw new EventNotPublishableError('An event is too large.');
  }

  /** A message of whatever kind, as any publisher could send it. */
  keep(topic: string, headers: KeptMessage['headers'], body: Uint8Array): void {
    this.kept.push({ origin: topic, headers, body });
    for (const reader of this.readers) reader.look();
  }

  override async subscribe({ topics = '>', after }: Subscription): Promise<IncomingMessages> {
    this.assertThere();
    const reader = new InMemoryMessages(this.kept, matching(topics), Number(after ?? 0), () =>
      this.readers.delete(reader),
    );
    this.readers.add(reader);
    reader.look();
    return reader;
  }

  override async close(): Promise<void> {
    this.isClosed = true;
    for (const reader of this.readers) await reader.close();
  }

  protected isKnown(id: string): boolean {
    const isKnown = this.ids.has(id);
    this.ids.add(id);
    return isKnown;
  }

  private assertThere(): void {
    if (this.isClosed || this.isAway) throw new BrokerUnavailableError('The broker is away.');
  }
}

class InMemoryMessages implements IncomingMessages {
  private readonly queue = new MessageQueue<IncomingMessage>();

  constructor(
    private readonly kept: readonly KeptMessage[],
    private readonly topics: RegExp,
    private at: number,
    private readonly closed: () => void,
  ) {}

  look(): void {
    for (; this.at < this.kept.length; this.at += 1) {
      const message = this.kept[this.at];
      if (this.topics.test(message.origin)) {
        this.queue.add({ ...message, place: String(this.at + 1) });
      }
    }
  }

  next(atMost: number, waitMs: number): Promise<readonly IncomingMessage[]> {
    return this.queue.next(atMost, waitMs);
  }

  done(): void {}

  async close(): Promise<void> {
    this.closed();
    this.queue.end(new BrokerUnavailableError('The subscription is closed.'));
  }
}

function matching(topics: string): RegExp {
  const words = topics
    .split('.')
    .map((word) => (word === '*' ? '[^.]+' : word === '>' ? '.+' : word.replaceAll('-', '\\-')));
  return new RegExp(`^${words.join('\\.')}$`);
}
