import {
  AckPolicy,
  type Consumer,
  type ConsumerInfo,
  DeliverPolicy,
  JetStreamApiCodes,
  type JetStreamManager,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { isApiError } from './nats-errors.js';
import type { NatsSession } from './nats-connection.js';

/** What was sent on a connection that broke comes again after so long; whoever noticed the break does not wait for it. */
const ACK_WAIT_MS = 30_000;
const MOST_UNACKNOWLEDGED = 10_000;

/** What a durable consumer is asked for. */
export interface DurableConsumer {
  readonly stream: string;
  readonly name: string;
  readonly subject: string;
  /** The number of the last message that is done. */
  readonly after: number;
}

/** A durable consumer that goes on exactly where it is asked to. */
export interface PlacedConsumer {
  readonly consumer: Consumer;
  /** How many messages it has delivered: the next one is one more. */
  readonly delivered: number;
}

/**
 * The durable consumer of that name, right behind a message. Where the server's idea of how far it is differs from the
 * caller's, it is made anew: what was delivered and not acknowledged would come again later than what follows it.
 */
export async function placeConsumer(
  { manager, jetstream }: NatsSession,
  wanted: DurableConsumer,
): Promise<PlacedConsumer> {
  const { stream, name, subject, after } = wanted;
  const found = await find(manager, stream, name);
  if (found && standsRight(found, wanted)) {
    const consumer = await jetstream.consumers.get(stream, name);
    return { consumer, delivered: found.delivered.consumer_seq };
  }
  if (found) await manager.consumers.delete(stream, name);
  await manager.consumers.add(stream, {
    durable_name: name,
    filter_subject: subject,
    ack_policy: AckPolicy.All,
    ack_wait: nanos(ACK_WAIT_MS),
    max_ack_pending: MOST_UNACKNOWLEDGED,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: after + 1,
  });
  return { consumer: await jetstream.consumers.get(stream, name), delivered: 0 };
}

function standsRight(
  { config, delivered, num_ack_pending, num_redelivered }: ConsumerInfo,
  { subject, after }: DurableConsumer,
): boolean {
  return (
    config.filter_subject === subject &&
    config.ack_policy === AckPolicy.All &&
    delivered.stream_seq === after &&
    num_ack_pending === 0 &&
    num_redelivered === 0
  );
}

async function find(
  manager: JetStreamManager,
  stream: string,
  name: string,
): Promise<ConsumerInfo | undefined> {
  try {
    return await manager.consumers.info(stream, name);
  } catch (error) {
    if (isApiError(error, JetStreamApiCodes.ConsumerNotFound)) return undefined;
    throw error;
  }
}
