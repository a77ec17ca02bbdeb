import { Injectable } from '@nestjs/common';
import { CircularUpcastersError, UnknownEventTypeError } from '../errors/event.errors.js';
import { HistoricEvent } from '../store/recorded-event.js';
import { EventRegistry } from './event-registry.js';
import { StoredEventData, EventUpcaster } from './upcaster.js';

/** More steps than any history of versions has; whoever needs more is going in circles. */
const MAX_STEPS = 100;

/** The upcasters of the application, and the way up through them. */
@Injectable()
export class Upcasters {
  private readonly byOrigin = new Map<string, EventUpcaster>();
  private readonly types = new Set<string>();

  constructor(private readonly registry: EventRegistry) {}

  add(type: string, from: number, upcaster: EventUpcaster): void {
    this.byOrigin.set(`${type} ${from}`, upcaster);
    this.types.add(type);
  }

  /** The stored types of which some version is lifted, to this or to any other type. */
  liftedTypes(): readonly string[] {
    return [...this.types];
  }

  has(type: string, from: number): boolean {
    return this.byOrigin.has(`${type} ${from}`);
  }

  /** What they lift, as `<type> <version>`. */
  origins(): readonly string[] {
    return [...this.byOrigin.keys()];
  }

  /**
   * What a stored event is today: one event for which there is a class, several, or none.
   * @throws UnknownEventTypeError when there is neither a class nor an upcaster for what it was lifted to.
   * @throws CircularUpcastersError when the way up does not end.
   */
  lift(recorded: HistoricEvent): readonly StoredEventData[] {
    const { type, version, data } = recorded;
    return this.liftFrom({ type, version, data }, recorded, 0);
  }

  private liftFrom(
    event: StoredEventData,
    recorded: HistoricEvent,
    steps: number,
  ): readonly StoredEventData[] {
    if (this.registry.classOf(event.type, event.version)) return [event];
    const { stream, position } = recorded;
    const upcaster = this.byOrigin.get(`${event.type} ${event.version}`);
    if (!upcaster) throw new UnknownEventTypeError({ ...event, stream, position });
    if (steps >= MAX_STEPS) throw new CircularUpcastersError({ ...event, stream, position });
    const lifted = upcaster.upcast(event);
    const events = Array.isArray(lifted) ? (lifted as readonly StoredEventData[]) : [lifted];
    return events.flatMap((one) => this.liftFrom(one as StoredEventData, recorded, steps + 1));
  }
}
