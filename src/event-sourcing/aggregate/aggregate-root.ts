import { AggregateRoot as CqrsAggregateRoot } from '@nestjs/cqrs';
import {
  HistoricalAggregateError,
  MissingEventHandlerError,
  UnconnectedAggregateError,
} from '../errors/aggregate.errors.js';
import { streamName } from '../store/stream-name.js';
import { categoryOfAggregate } from './aggregate.decorator.js';

/** How an aggregate takes an event in: as one that is stored already, or without changing its state. */
export interface ApplyOptions {
  readonly fromHistory?: boolean;
  readonly skipHandler?: boolean;
}

/** What the kit keeps in an aggregate, or puts onto it to connect it; every other field is its state. */
const FIELDS_OF_THE_KIT = new Set([
  'id',
  'uncommitted',
  'storedRevision',
  'historical',
  'publish',
  'publishAll',
]);

/**
 * An aggregate whose state is a fold of its events. State changes only in `on<EventClass>` methods; behaviour checks
 * the rules and calls `apply`. It extends the class of the same name in @nestjs/cqrs and differs from it in this:
 *
 * - `commit()` is awaited, and events stay uncommitted until they are stored: a failed commit loses nothing and can be
 *   repeated, and two commits at once store each event once;
 * - an event without a handler is an error.
 *
 * A subclass is constructed with the id alone, `new User(id)`, and brought to its state by replaying.
 */
export abstract class AggregateRoot<
  EventBase extends object = object,
> extends CqrsAggregateRoot<EventBase> {
  private uncommitted: EventBase[] = [];
  private storedRevision = 0;
  private historical = false;

  constructor(readonly id: string) {
    super();
  }

  /** The stream this aggregate's events belong to. */
  get stream(): string {
    return streamName(categoryOfAggregate(this.constructor as new (id: string) => object), this.id);
  }

  /** The revision of the last stored event this aggregate has taken in; 0 when it has never been stored. */
  get revision(): number {
    return this.storedRevision;
  }

  /**
   * Takes an event in: calls its handler and keeps it for the next commit.
   * @throws MissingEventHandlerError when there is no method `on<EventClass>`; the event is not kept.
   */
  override apply<E extends EventBase>(event: E, isFromHistory?: boolean): void;
  override apply<E extends EventBase>(event: E, options?: ApplyOptions): void;
  override apply<E extends EventBase>(
    event: E,
    optionsOrHistory: boolean | ApplyOptions = {},
  ): void {
    const { fromHistory = false, skipHandler = false } =
      typeof optionsOrHistory === 'boolean' ? { fromHistory: optionsOrHistory } : optionsOrHistory;
    if (!skipHandler) this.handle(event);
    if (fromHistory) this.storedRevision += 1;
    else this.uncommitted.push(event);
  }

  /** Takes in stored events, of which the last has this revision. Upcasters may have made more or fewer of them. */
  replay(events: readonly EventBase[], revision: number): void {
    for (const event of events) this.handle(event);
    this.storedRevision = revision;
  }

  override loadFromHistory(history: readonly EventBase[]): void {
    for (const event of history) this.apply(event, true);
  }

  override getUncommittedEvents(): EventBase[] {
    return [...this.uncommitted];
  }

  override uncommit(): void {
    this.uncommitted = [];
  }

  /**
   * Stores the uncommitted events, all or nothing, at the end of the stream as this aggregate knows it. Resolves when
   * they are durable. Needs the aggregate to be connected by `EventPublisher`; `AggregateRepository.save` does without.
   *
   * @throws ConcurrencyError when others have stored events of this aggregate meanwhile.
   * @throws UnconnectedAggregateError, HistoricalAggregateError
   */
  override async commit(): Promise<void> {
    this.assertStorable();
    const events = this.getUncommittedEvents();
    if (events.length === 0) return;
    await this.publishAll(events);
    // Whatever published them, such as `@Publishable`, did not store them as this aggregate's.
    if (this.uncommitted[0] === events[0])
      throw new UnconnectedAggregateError(this.constructor.name);
  }

  override publishAll(_events: EventBase[]): Promise<void> | void {
    throw new UnconnectedAggregateError(this.constructor.name);
  }

  override publish(_event: EventBase): void {
    throw new UnconnectedAggregateError(this.constructor.name);
  }

  /** Always false: what is published while it is applied cannot be awaited. */
  override get autoCommit(): boolean {
    return false;
  }

  override set autoCommit(value: boolean) {
    if (value) {
      throw new Error(
        'autoCommit stores nothing that can be awaited. Call await commit() instead.',
      );
    }
  }

  /** Marks a past state, which can be looked at and asked, and not be stored. */
  becomeHistorical(): void {
    this.historical = true;
  }

  /** @throws HistoricalAggregateError when this is a past state. */
  assertStorable(): void {
    if (this.historical) throw new HistoricalAggregateError(this.stream, this.revision);
  }

  /**
   * The state that a snapshot keeps: the fields of the aggregate, where `@Aggregate` asks for snapshots. They may hold
   * texts, numbers, booleans, null, undefined, bigint, Date, Map, Set, arrays, plain objects and classes declared with
   * `@ValueObject`; an aggregate that holds anything else gets no snapshot, and a warning says so.
   *
   * Override it, and `fromSnapshot`, for state that is kept elsewhere, as in fields `#name`, which nobody else can see
   * (the boot refuses them otherwise), or under symbols. It is called on an aggregate whose events are all stored.
   */
  toSnapshot(): object {
    return Object.fromEntries(stateOf(this));
  }

  /**
   * Takes over what `toSnapshot` gave, on a new aggregate, whose constructor has run.
   * @throws Error when a field of the new aggregate is missing in `state`; the snapshot is then left aside.
   */
  fromSnapshot(state: object): void {
    const missing = stateOf(this).find(([field]) => !Object.hasOwn(state, field));
    if (missing) throw new Error(`It has no ${missing[0]}.`);
    Object.assign(this, state);
  }

  /** Says that these events are stored, and that the last of them has this revision. */
  markCommitted(events: readonly object[], revision: number): void {
    const stored = new Set(events);
    this.uncommitted = this.uncommitted.filter((event) => !stored.has(event));
    this.storedRevision = revision;
  }

  private handle(event: EventBase): void {
    const handler = this.getEventHandler(event) as ((event: EventBase) => void) | undefined;
    if (!handler) throw new MissingEventHandlerError(this.constructor.name, event.constructor.name);
    handler.call(this, event);
  }
}

function stateOf(aggregate: object): [string, unknown][] {
  return Object.entries(aggregate).filter(([field]) => !FIELDS_OF_THE_KIT.has(field));
}
