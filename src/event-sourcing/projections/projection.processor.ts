import type { EntityManager } from 'typeorm';
import { withoutSideEffects } from '../context/side-effects.js';
import { declarationOf } from '../events/domain-event.decorator.js';
import type { EventEnvelope } from '../events/event-envelope.js';
import { type Lifecycle, Processor } from '../processing/processor.js';
import { eventsOf, type ProjectionDefinition } from './projection-definition.js';
import { ProjectionContext } from './projection-context.js';

type Methods = Readonly<Record<string, (what: object, by: object) => Promise<unknown>>>;

/** A projection in the form in which the runtime runs it. Nothing else here knows the runtime's classes. */
export class ProjectionProcessor extends Processor {
  override readonly name: string;
  override readonly version: number;
  override readonly eventTypes: readonly string[];
  override readonly lifecycle: Lifecycle;
  private readonly methodOf: ReadonlyMap<unknown, string>;
  private readonly batchMethod: string | undefined;

  /** @param liftedTypes stored types that upcasters turn into something else, which may be an event it handles. */
  constructor(
    definition: ProjectionDefinition,
    private readonly projection: object,
    liftedTypes: readonly string[],
  ) {
    super();
    const { name, version, lifecycle, methods, projectionClass } = definition;
    const types = eventsOf(definition).map((event) => declarationOf(event)?.type ?? '');
    this.name = name;
    this.version = version;
    this.lifecycle = lifecycle;
    this.eventTypes = [...new Set([...types, ...liftedTypes])];
    this.methodOf = new Map(
      methods.flatMap((method) => method.events.map((event) => [event, method.name])),
    );
    this.batchMethod = methods.find(({ decorator }) => decorator === 'OnBatch')?.name;
    // The runtime's messages name the class of what it runs: let it be the one that somebody wrote.
    Object.defineProperty(this, 'constructor', { value: projectionClass });
  }

  override handle(envelope: EventEnvelope, manager: EntityManager): Promise<void> {
    return this.handleBatch([envelope], manager);
  }

  override async handleBatch(
    envelopes: readonly EventEnvelope[],
    manager: EntityManager,
  ): Promise<void> {
    // What upcasters made of an event may be of a class that nobody asked for.
    const wanted = envelopes.filter(({ event }) => this.methodOf.has(event.constructor));
    if (wanted.length > 0) await withoutSideEffects(this.name, () => this.project(wanted, manager));
  }

  private async project(
    envelopes: readonly EventEnvelope[],
    manager: EntityManager,
  ): Promise<void> {
    if (this.batchMethod !== undefined) {
      await this.call(this.batchMethod, envelopes, manager);
      return;
    }
    for (const envelope of envelopes) {
      const { event } = envelope;
      const method = this.methodOf.get(event.constructor) as string;
      await this.call(method, event, new ProjectionContext(envelope, manager));
    }
  }

  private call(method: string, what: object, by: object): Promise<unknown> {
    return (this.projection as Methods)[method](what, by);
  }
}
