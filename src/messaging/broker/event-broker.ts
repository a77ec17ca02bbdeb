import type { CloudEvent } from '../../common/cloud-events/index.js';

/** An event on its way to other services. */
export interface OutgoingEvent {
  readonly event: CloudEvent;
  /** What must be kept in order: the stream of the event. */
  readonly key: string;
  /** `<category>.<type>`, in lower case letters, digits, `_`, `-` and `.`; what subscriptions choose by. */
  readonly topic: string;
}

/** A message as it came. Whether it is a CloudEvent is for whoever gets it to find out. */
export interface IncomingMessage {
  /** Where it stands, for `Subscription.after`. */
  readonly place: string;
  /** Names in lower case. A header that came several times has several values. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Uint8Array;
  /** For people: the subject or topic that it came on. */
  readonly origin: string;
}

/** What a consumer wants, and how far it is. */
export interface Subscription {
  /** By which the broker knows the consumer, also after a restart: lower case letters, digits and `-`. */
  readonly consumer: string;
  /** Of the topics of its prefix: `*` stands for one word, `>` for all that follow. @default '>' */
  readonly topics?: string;
  /** The last place that the consumer is done with; without one it begins with what the broker has kept. */
  readonly after?: string;
}

/** Messages from a place on. Not to be used by two callers at once. */
export interface IncomingMessages {
  /**
   * The next messages, in their order, without a hole: at most so many. Waits for the first for so long, and for no further
   * one.
   *
   * @returns nothing when none came in time
   * @throws BrokerUnavailableError when it cannot go on without a hole: subscribe again after the last place that is done.
   */
  next(atMost: number, waitMs: number): Promise<readonly IncomingMessage[]>;
  /** Says that everything up to here is done, and need not be kept for this consumer. Only a hint: it may be lost. */
  done(place: string): void;
  close(): Promise<void>;
}

/**
 * What carries events from one service to another. This is a port; `eventBrokerContract` in `testing/` is its executable
 * specification, and every implementation passes it.
 *
 * **Once it is there, it stays.** What was published is kept by the broker as durably as it is set up to.
 *
 * **Order.** The first occurrences of the events of a key come in the order in which they were published, whatever is
 * published again, and whatever fails. Events of different keys have no order among each other.
 *
 * **At least once.** An event that is published again may come again; within a time of the broker's it does not.
 */
export abstract class EventBroker {
  /**
   * Publishes events; those of a key one after the other, several keys side by side. When it resolves, the broker has all
   * of them for good. When it rejects, it has the beginning of each key's events at the most, and nothing is under way any
   * more: it may be called again with the same events.
   *
   * @throws BrokerUnavailableError when waiting may help.
   * @throws EventNotPublishableError for an event that it will never take; the events of other keys are published.
   */
  abstract publish(events: readonly OutgoingEvent[]): Promise<void>;

  /** @throws BrokerUnavailableError */
  abstract subscribe(subscription: Subscription): Promise<IncomingMessages>;

  /** Ends everything. Whoever calls it afterwards gets a BrokerUnavailableError. */
  abstract close(): Promise<void>;
}
