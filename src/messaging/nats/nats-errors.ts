import { JetStreamApiError } from '@nats-io/jetstream';
import { BrokerUnavailableError } from '../broker/broker.errors.js';
import type { NatsSettings } from './nats-options.js';

/** What any failure of NATS comes to that is not the fault of one message. */
export function unavailable(error: unknown, { servers }: NatsSettings): BrokerUnavailableError {
  if (error instanceof BrokerUnavailableError) return error;
  return new BrokerUnavailableError(
    `NATS (${servers.join(', ')}) cannot be used at the moment: ${messageOf(error)}`,
    { cause: error },
  );
}

/** The clients' own messages are short; what is behind them says more. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const isTold = !(cause instanceof Error) || error.message.includes(cause.message);
  return isTold ? error.message : `${error.message} (${messageOf(cause)})`;
}

/** Whether JetStream has answered with this code. */
export function isApiError(error: unknown, code: number): boolean {
  return error instanceof JetStreamApiError && error.code === code;
}
