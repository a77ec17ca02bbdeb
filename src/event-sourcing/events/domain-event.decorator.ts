import { Type } from '@nestjs/common';
import { isEventType, isSchemaVersion } from '../store/append-request.js';
import { ConfigurationError } from '../errors/event-sourcing.error.js';

/** What `@DomainEvent` says of a class besides its stored name. */
export interface DomainEventOptions<E extends object = object> {
  /** The version of the event's data. Raise it, and add an upcaster, when the data changes its shape. @default 1 */
  readonly version?: number;
  /**
   * The stream that `eventBus.publish(event)` appends to when no aggregate is involved. Without it, such an event
   * goes to a stream of its own type.
   */
  readonly stream?: (event: E) => string;
}

/** What `@DomainEvent` says of a class. */
export interface EventDeclaration {
  /** The stored name. */
  readonly type: string;
  readonly version: number;
  readonly eventClass: Type<object>;
  readonly stream?: (event: object) => string;
}

const declarations = new Map<object, EventDeclaration>();

/**
 * Declares a class as an event and gives it its stored name, for example `user.created`. The name is what the log
 * keeps: it must stay the same when the class is renamed. The part before the first dot is the category of the
 * aggregate that applies it.
 *
 * Events are plain classes: their own properties are stored, and a loaded event gets them back without its
 * constructor being run. Properties may be texts, numbers, booleans, null, Date, bigint, arrays, plain objects and
 * classes declared with `@ValueObject`.
 */
export function DomainEvent<E extends object = object>(
  type: string,
  { version = 1, stream }: DomainEventOptions<E> = {},
) {
  return (eventClass: new (...args: never[]) => E): void => {
    if (!isEventType(type) || !type.includes('.')) {
      throw new ConfigurationError([
        `${eventClass.name}: "${type}" is not a stored event name. Write ` +
          `@DomainEvent('<category>.<what-happened>'), for example 'user.email-changed'.`,
      ]);
    }
    if (!isSchemaVersion(version)) {
      throw new ConfigurationError([
        `${eventClass.name}: version ${version} is not a schema version. Write { version: 1 } or more.`,
      ]);
    }
    declarations.set(eventClass, {
      type,
      version,
      eventClass: eventClass as unknown as Type<object>,
      stream: stream as EventDeclaration['stream'],
    });
  };
}

/** Every event declared by a module that has been imported. */
export function declaredEvents(): readonly EventDeclaration[] {
  return [...declarations.values()];
}

/** What was declared for exactly this class, not for one it extends. */
export function declarationOf(eventClass: object): EventDeclaration | undefined {
  return declarations.get(eventClass);
}
