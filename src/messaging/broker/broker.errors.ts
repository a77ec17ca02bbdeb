import { InfrastructureError, UnrecoverableError } from '../../event-sourcing/index.js';

/** The broker cannot be reached, does not answer in time, or is not set up as it must be. Waiting may help, for any event. */
export class BrokerUnavailableError extends InfrastructureError {
  readonly code: string = 'broker-unavailable';
  readonly retryable = true;
}

/** The broker will never take this event: it is larger than messages may be. Others it takes. */
export class EventNotPublishableError extends UnrecoverableError {}
