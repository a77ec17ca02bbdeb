import { contextAfter, runInNewContext } from '../context/message-context.js';
import { declarationOf } from '../events/domain-event.decorator.js';
import type { EventEnvelope } from '../events/event-envelope.js';
import { EffectProcessor } from '../processing/effect-processor.js';
import type { EffectLedger } from './effect-ledger.js';
import { ReactorContext } from './reactor-context.js';
import type { ReactorDefinition } from './reactor-definition.js';

type Methods = Readonly<
  Record<string, (event: object, context: ReactorContext) => Promise<unknown>>
>;

/** A reactor in the form in which the runtime runs it. */
export class ReactorProcessor extends EffectProcessor {
  override readonly name: string;
  override readonly eventTypes: readonly string[];
  override readonly startsAt: 'now' | 'beginning';
  private readonly methodOf: ReadonlyMap<unknown, string>;

  constructor(
    { name, from, methods, reactorClass }: ReactorDefinition,
    private readonly reactor: object,
    private readonly ledger: EffectLedger,
    liftedTypes: readonly string[],
  ) {
    super();
    this.name = name;
    this.startsAt = from;
    const classes = methods.flatMap(({ events }) => [...events]);
    const types = classes.map((eventClass) => declarationOf(eventClass)?.type ?? '');
    this.eventTypes = [...new Set([...types, ...liftedTypes])];
    this.methodOf = new Map(
      methods.flatMap((method) => method.events.map((event) => [event, method.name])),
    );
    // Messages name the class of what runs: let it be the one that somebody wrote.
    Object.defineProperty(this, 'constructor', { value: reactorClass });
  }

  override async perform(envelope: EventEnvelope): Promise<void> {
    const method = this.methodOf.get(envelope.event.constructor);
    // What upcasters made of an event may be of a class that nobody asked for.
    if (method === undefined) return;
    const context = new ReactorContext(envelope, this.name, this.ledger);
    await runInNewContext(contextAfter(envelope), () =>
      (this.reactor as Methods)[method](envelope.event, context),
    );
  }
}
