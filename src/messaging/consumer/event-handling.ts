import { Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Clock, ExclusiveWork, WorkLease } from '../../event-sourcing/index.js';
import type { IncomingMessage } from '../broker/event-broker.js';
import { type DeliveryFailure, Inbox } from './inbox.js';
import type { IntegrationHandlers } from './integration-handlers.js';
import type { ReceivedEvent } from './received-event.js';

/** An event with the place at which a consumer is when it is done. */
export type PlacedEvent = ReceivedEvent & { readonly message: IncomingMessage };

/** The transactions of a consumer: what its methods write, the notes in the inbox, and how far it is. */
export class EventHandling {
  private readonly logger = new Logger(EventHandling.name);

  constructor(
    readonly consumer: string,
    private readonly handlers: IntegrationHandlers,
    private readonly work: ExclusiveWork,
    private readonly clock: Clock,
    /** For reading what is committed. */
    private readonly reader: EntityManager,
  ) {}

  /** Parts that are handled in a transaction each: what reaches beyond it stands alone, so that nothing overtakes it. */
  partsOf(events: readonly PlacedEvent[]): readonly (readonly PlacedEvent[])[] {
    const parts: PlacedEvent[][] = [];
    let isOpen = false;
    for (const event of events) {
      const isAlone = this.handlers.placeOf(event) === 'before';
      if (isOpen && !isAlone) parts.at(-1)?.push(event);
      else parts.push([event]);
      isOpen = !isAlone;
    }
    return parts;
  }

  /**
   * Handles events that are not done yet; those whose key has dead letters become dead letters behind them.
   * @throws LeaseLostError, and what a method throws: nothing was written.
   */
  async handle(events: readonly PlacedEvent[], lease: WorkLease, attempts = 1): Promise<void> {
    const [first] = events;
    if (this.handlers.placeOf(first) === 'before') await this.handleBefore(first, attempts);
    const handled = await this.work.commit(lease, async (manager) => {
      const inbox = new Inbox(this.consumer, manager);
      const known = events.filter((event) => this.isOfInterest(event));
      const done = await inbox.doneAmong(known);
      const blocked = await inbox.blockedAmong(known);
      const handled: PlacedEvent[] = [];
      for (const event of known) {
        if (done.has(event.identity)) continue;
        await this.handleOne(event, inbox, blocked, { attempts, manager });
        done.add(event.identity);
        handled.push(event);
      }
      const identities = handled.map(({ identity }) => identity);
      await inbox.noteDone(identities, this.clock.now());
      await inbox.moveTo(events[events.length - 1].message.place);
      return handled;
    });
    for (const { problem, message } of handled) {
      if (problem === undefined) continue;
      this.logger.error(`A message from ${message.origin} is a dead letter: ${problem}`);
    }
  }

  /** Makes a dead letter of an event. @throws LeaseLostError */
  async bury(event: PlacedEvent, failure: DeliveryFailure, lease: WorkLease): Promise<void> {
    await this.work.commit(lease, async (manager) => {
      const inbox = new Inbox(this.consumer, manager);
      if (!(await inbox.doneAmong([event])).has(event.identity)) {
        await inbox.bury(event, failure);
        await inbox.noteDone([event.identity], this.clock.now());
      }
      await inbox.moveTo(event.message.place);
    });
  }

  /** How often the event was begun by itself before. */
  async triesOf({ identity }: PlacedEvent): Promise<number> {
    const place = await new Inbox(this.consumer, this.reader).place();
    return place?.triedEvent === identity ? place.attempts : 0;
  }

  async noteTry({ identity }: PlacedEvent, attempts: number, lease: WorkLease): Promise<void> {
    await this.work.commit(lease, (manager) =>
      new Inbox(this.consumer, manager).noteTry(identity, attempts),
    );
  }

  async place(): Promise<string | undefined> {
    return (await new Inbox(this.consumer, this.reader).place())?.place ?? undefined;
  }

  async forget(before: Date, lease: WorkLease): Promise<void> {
    await this.work.commit(lease, (manager) => new Inbox(this.consumer, manager).forget(before));
  }

  private async handleBefore(event: PlacedEvent, attempts: number): Promise<void> {
    const inbox = new Inbox(this.consumer, this.reader);
    if ((await inbox.doneAmong([event])).size > 0) return;
    if ((await inbox.blockedAmong([event])).size > 0) return;
    await this.handlers.call(event, { consumer: this.consumer, attempts });
  }

  private async handleOne(
    event: PlacedEvent,
    inbox: Inbox,
    blocked: Set<string>,
    { attempts, manager }: { readonly attempts: number; readonly manager: EntityManager },
  ): Promise<void> {
    const { problem, key } = event;
    if (problem !== undefined) {
      return inbox.bury(event, { error: problem, attempts, at: this.clock.now() });
    }
    if (blocked.has(key)) return inbox.bury(event);
    if (this.handlers.placeOf(event) === 'before') return undefined;
    return this.handlers.call(event, { consumer: this.consumer, attempts, manager });
  }

  private isOfInterest(event: PlacedEvent): boolean {
    return event.problem !== undefined || this.handlers.placeOf(event) !== undefined;
  }
}
