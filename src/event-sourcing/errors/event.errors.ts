import { RecordedEvent } from '../store/recorded-event.js';
import { InfrastructureError } from './event-sourcing.error.js';

/** A value cannot be stored so that it comes back as it was. */
export class UnstorableValueError extends InfrastructureError {
  readonly code = 'unstorable-value';
  readonly retryable = false;

  constructor(
    /** Where the value stands, from the event class on: `OrderPlaced.lines[2].price`. */
    readonly path: string,
    reason: string,
  ) {
    super(`${path} cannot be stored: ${reason}`);
  }
}

/** An object was published or applied whose class is no declared event. */
export class UndeclaredEventError extends InfrastructureError {
  readonly code = 'undeclared-event';
  readonly retryable = false;

  constructor(className: string) {
    super(
      `${className} is not a declared event. Write above the class: ` +
        `@DomainEvent('<category>.<what-happened>', { version: 1 })`,
    );
  }
}

/** The log holds an event that this process has no class for. Nothing is skipped in silence. */
export class UnknownEventTypeError extends InfrastructureError {
  readonly code = 'unknown-event-type';
  readonly retryable = false;

  constructor(readonly recorded: Pick<RecordedEvent, 'type' | 'version' | 'stream' | 'position'>) {
    super(
      `Event type "${recorded.type}" version ${recorded.version} is unknown here ` +
        `(stream "${recorded.stream}", position ${recorded.position}). ` +
        `Declare its class with @DomainEvent('${recorded.type}', { version: ${recorded.version} }), ` +
        `add @Upcaster('${recorded.type}', { from: ${recorded.version} }), ` +
        'or read raw events from EventStore.',
    );
  }
}

/** The upcasters of a stored event lead back to where they began. */
export class CircularUpcastersError extends InfrastructureError {
  readonly code = 'circular-upcasters';
  readonly retryable = false;

  constructor(readonly recorded: Pick<RecordedEvent, 'type' | 'version' | 'stream' | 'position'>) {
    super(
      `The upcasters of event type "${recorded.type}" version ${recorded.version} go in circles ` +
        `(stream "${recorded.stream}", position ${recorded.position}). Let the one with ` +
        `@Upcaster('${recorded.type}', { from: ${recorded.version} }) return a higher version or ` +
        'another type.',
    );
  }
}
