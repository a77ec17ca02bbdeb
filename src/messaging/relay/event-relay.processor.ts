import { cloudEventOf } from '../../common/cloud-events/index.js';
import { categoryOf, ForwardingProcessor, type RecordedEvent } from '../../event-sourcing/index.js';
import type { EventBroker, OutgoingEvent } from '../broker/event-broker.js';

/** Which events leave, and what others know of where they come from. */
export interface RelayOptions {
  /** Of streams in one of these categories; without them, of all. */
  readonly categories?: readonly string[];
  /** The `source` of the CloudEvents, a URI-reference. @default '/hub' */
  readonly source?: string;
}

export const DEFAULT_SOURCE = '/hub';

/** Hands every committed event to the broker: at least once, and those of a stream in their order. */
export class EventRelay extends ForwardingProcessor {
  override readonly name = 'event-relay';
  override readonly categories: readonly string[] | undefined;
  private readonly source: string;

  constructor(
    private readonly broker: EventBroker,
    { categories, source = DEFAULT_SOURCE }: RelayOptions = {},
  ) {
    super();
    this.categories = categories;
    this.source = source;
  }

  override forward(events: readonly RecordedEvent[]): Promise<void> {
    return this.broker.publish(events.map((event) => this.outgoing(event)));
  }

  private outgoing(event: RecordedEvent): OutgoingEvent {
    const { stream, type } = event;
    return {
      event: cloudEventOf(event, this.source),
      key: stream,
      topic: `${categoryOf(stream)}.${type}`,
    };
  }
}
