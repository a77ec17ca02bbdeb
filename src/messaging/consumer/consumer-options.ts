import type { RetryPolicyOptions } from '../../event-sourcing/index.js';

/** How events of other services are consumed. */
export interface ConsumerOptions {
  /**
   * Names the consumer in this database and at the broker: lower case letters, digits and `-`. Keep it; another name
   * begins with everything the broker has kept.
   */
  readonly name: string;
  /** Which topics, `<category>.<type>`; `*` stands for one word, `>` for all that follow. @default '>' */
  readonly topics?: string;
  /** How often, and after which pauses, an event is tried before it becomes a dead letter. */
  readonly retry?: RetryPolicyOptions;
  /** For how long the inbox knows what was handled, in milliseconds. @default 7 days */
  readonly inboxKeepsMs?: number;
  /** Whether this process consumes; one that does not can still look after dead letters. @default true */
  readonly run?: boolean;
}
