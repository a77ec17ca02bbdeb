import { declarationOf } from '../../events/domain-event.decorator.js';
import { UndeclaredEventError } from '../../errors/event.errors.js';
import type { EventMetadata } from '../../store/recorded-event.js';
import { streamName } from '../../store/stream-name.js';

const SOME_ID = '00000000-0000-7000-8000-000000000001';

/** What is known about a given event beside its data. */
export interface RecordedAs {
  /** @default the stream of `00000000-0000-7000-8000-000000000001`, in the category of the event's stored name */
  readonly stream?: string;
  /** A time, or its ISO 8601 text; not before that of the event given before it. @default the time of that event */
  readonly recordedAt?: Date | string;
  /** @default none */
  readonly metadata?: EventMetadata;
}

/** An event with the circumstances under which it is to be in the log. */
export class GivenEvent {
  readonly type: string;
  readonly stream: string;
  readonly recordedAt: Date | undefined;
  readonly metadata: EventMetadata;

  /** @throws UndeclaredEventError when the class of the event carries no `@DomainEvent`. */
  constructor(
    readonly event: object,
    { stream, recordedAt, metadata = {} }: RecordedAs = {},
  ) {
    const declaration = declarationOf(event.constructor);
    if (!declaration) throw new UndeclaredEventError(event.constructor.name);
    const category = declaration.type.slice(0, declaration.type.indexOf('.'));
    this.type = declaration.type;
    this.stream = stream ?? streamName(category, SOME_ID);
    this.recordedAt = recordedAt === undefined ? undefined : new Date(recordedAt);
    this.metadata = metadata;
  }
}

/**
 * An event for `given(…)`, in this stream, at this time, with this metadata.
 *
 * @example
 * recorded(new UserCreated('john_doe', 'john@example.com'), { stream: 'user-1', recordedAt: '2026-01-01T09:00:00Z' })
 */
export function recorded(event: object, as: RecordedAs): GivenEvent {
  return new GivenEvent(event, as);
}
