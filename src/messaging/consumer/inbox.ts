import { type EntityManager, In, LessThan } from 'typeorm';
import { ConsumerPlace } from './consumer-place.entity.js';
import { DeadLetter } from './dead-letter.entity.js';
import { InboxEntry } from './inbox-entry.entity.js';
import type { ReceivedEvent } from './received-event.js';

/** How an event failed. */
export interface DeliveryFailure {
  readonly error: string;
  readonly attempts: number;
  readonly at: Date;
}

/** The tables of a consumer, in one transaction that holds the lease. */
export class Inbox {
  constructor(
    private readonly consumer: string,
    private readonly manager: EntityManager,
  ) {}

  async place(): Promise<ConsumerPlace | undefined> {
    return (await this.manager.findOneBy(ConsumerPlace, { name: this.consumer })) ?? undefined;
  }

  async moveTo(place: string): Promise<void> {
    await this.write({ place, triedEvent: null, attempts: 0 });
  }

  /** Notes a try of an event before it begins. */
  async noteTry(triedEvent: string, attempts: number): Promise<void> {
    await this.write({ triedEvent, attempts });
  }

  /** Which of the events are done. */
  async doneAmong(events: readonly ReceivedEvent[]): Promise<Set<string>> {
    const identities = In(events.map(({ identity }) => identity));
    const where = { consumer: this.consumer, event: identities };
    const found = await this.manager.find(InboxEntry, { where, select: { event: true } });
    return new Set(found.map(({ event }) => event));
  }

  async noteDone(identities: readonly string[], at: Date): Promise<void> {
    if (identities.length === 0) return;
    const doneAt = at.getTime();
    await this.manager.insert(
      InboxEntry,
      identities.map((event) => ({ consumer: this.consumer, event, doneAt })),
    );
  }

  /** Forgets what was done before a time. */
  async forget(before: Date): Promise<void> {
    const doneAt = LessThan(before.getTime());
    await this.manager.delete(InboxEntry, { consumer: this.consumer, doneAt });
  }

  /** Which of the keys have dead letters, behind which their later events wait. */
  async blockedAmong(events: readonly ReceivedEvent[]): Promise<Set<string>> {
    const keys = In([...new Set(events.map(({ key }) => key))]);
    const where = { consumer: this.consumer, key: keys };
    const found = await this.manager.find(DeadLetter, { where, select: { key: true } });
    return new Set(found.map(({ key }) => key));
  }

  /** @param failure none for what waits behind another one */
  async bury(received: ReceivedEvent, failure?: DeliveryFailure): Promise<void> {
    const { message, event, identity, key } = received;
    // Numbers are given once: whoever has seen one must not discard another letter by it.
    const nr = ((await this.place())?.deadLetters ?? 0) + 1;
    await this.write({ deadLetters: nr });
    await this.manager.insert(DeadLetter, {
      consumer: this.consumer,
      nr,
      key,
      event: identity,
      type: event ? storable(event.type) : null,
      origin: message.origin,
      headers: message.headers,
      body: Buffer.from(message.body).toString('base64'),
      error: failure ? storable(failure.error) : null,
      attempts: failure?.attempts ?? 0,
      failedAt: failure?.at.getTime() ?? null,
    });
  }

  private async write(change: Partial<Omit<ConsumerPlace, 'name'>>): Promise<void> {
    const { affected } = await this.manager.update(ConsumerPlace, { name: this.consumer }, change);
    if (affected === 0) {
      const fresh = { place: null, triedEvent: null, attempts: 0, deadLetters: 0 };
      await this.manager.insert(ConsumerPlace, { name: this.consumer, ...fresh, ...change });
    }
  }
}

/** PostgreSQL keeps no text with a zero in it. */
function storable(text: string): string {
  return text.replaceAll('\0', '\ufffd');
}
