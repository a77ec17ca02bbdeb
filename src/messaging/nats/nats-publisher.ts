import { errors, headers } from '@nats-io/transport-node';
import { STRUCTURED, structured } from '../../common/cloud-events/index.js';
import { BrokerUnavailableError, EventNotPublishableError } from '../broker/broker.errors.js';
import type { OutgoingEvent } from '../broker/event-broker.js';
import { publishByKey } from '../broker/publish-by-key.js';
import type { NatsConnection, NatsSession } from './nats-connection.js';
import { isApiError, unavailable } from './nats-errors.js';
import type { NatsSettings } from './nats-options.js';

/** Of JetStream's API. */
const MESSAGE_TOO_LARGE = 10_054;

/** Publishes events as CloudEvents in structured mode. */
export class NatsPublisher {
  constructor(
    private readonly connection: NatsConnection,
    private readonly settings: NatsSettings,
  ) {}

  /** As `EventBroker.publish`. */
  async publish(events: readonly OutgoingEvent[]): Promise<void> {
    if (events.length === 0) return;
    const session = await this.connection.open();
    try {
      await publishByKey(events, this.settings.inFlight, (event) => this.send(event, session));
    } catch (error) {
      if (error instanceof BrokerUnavailableError) this.connection.doubtStream();
      throw error;
    }
  }

  private async send({ event, topic }: OutgoingEvent, session: NatsSession): Promise<void> {
    const { stream, prefix } = this.settings;
    const named = headers();
    named.set('content-type', STRUCTURED);
    try {
      const { seq } = await session.jetstream.publish(
        `${prefix}.${topic}`,
        JSON.stringify(structured(event)),
        { msgID: event.id, headers: named, expect: { streamName: stream } },
      );
      // It is known, and may not be stored yet: the server says so of what it is still replicating.
      if (!(seq > 0)) throw new BrokerUnavailableError('JetStream has not stored a message yet.');
    } catch (error) {
      if (isTooLarge(error)) {
        throw new EventNotPublishableError(
          `The event ${event.id} is larger than messages of NATS may be. Raise max_payload of the servers, or ` +
            `max_msg_size of the stream ${stream}, and retry it.`,
          { cause: error },
        );
      }
      throw unavailable(error, this.settings);
    }
  }
}

function isTooLarge(error: unknown): boolean {
  if (isApiError(error, MESSAGE_TOO_LARGE)) return true;
  return error instanceof errors.InvalidArgumentError && /max_payload/.test(error.message);
}
