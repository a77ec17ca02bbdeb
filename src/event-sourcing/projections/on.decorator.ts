import type { EntityManager } from 'typeorm';
import type { EventEnvelope } from '../events/event-envelope.js';
import type { ProjectionContext } from './projection-context.js';
import type { ProjectionClass } from './projection.decorator.js';

/** A class declared with `@DomainEvent`. */
export type EventClass = abstract new (...args: never[]) => object;
type EventClasses = readonly [EventClass, ...EventClass[]];
type EventOf<Classes extends EventClasses> = InstanceType<Classes[number]>;

/** A method of a projection, and the events it handles. */
export interface HandlerMethod {
  readonly name: string;
  /** Whether it takes events one by one (`@On`) or in batches (`@OnBatch`). */
  readonly decorator: 'On' | 'OnBatch';
  readonly events: readonly EventClass[];
}

/** What was declared, by the prototype that has the method. */
const declarations = new WeakMap<object, HandlerMethod[]>();

/**
 * Has a method of a projection handle the events of these classes, one after the other: `(event, { envelope, manager })`.
 * The compiler refuses a method that does not take such an event, or that returns no promise: what is written must be
 * awaited before the transaction ends. The classes are meant exactly, without those that extend them.
 */
export function On<const Classes extends EventClasses>(...events: Classes) {
  return <Method extends (event: EventOf<Classes>, context: ProjectionContext) => Promise<unknown>>(
    prototype: object,
    name: string,
    _method: TypedPropertyDescriptor<Method>,
  ): void => declare(prototype, { name, decorator: 'On', events });
}

/**
 * Has a method of a projection handle all events of these classes that a batch holds, in their order, at once:
 * `(envelopes, manager)`. For projections that can say the same in fewer statements. A batch may hold one event or
 * hundreds; where it is cut must make no difference to the rows. It is the only handling method of its class.
 */
export function OnBatch<const Classes extends EventClasses>(...events: Classes) {
  return <
    Method extends (
      envelopes: readonly EventEnvelope<EventOf<Classes>>[],
      manager: EntityManager,
    ) => Promise<unknown>,
  >(
    prototype: object,
    name: string,
    _method: TypedPropertyDescriptor<Method>,
  ): void => declare(prototype, { name, decorator: 'OnBatch', events });
}

/** The handling methods of a class, inherited ones included; what a class says of a method replaces what it inherits. */
export function handlerMethodsOf(projectionClass: ProjectionClass): HandlerMethod[] {
  const methods: HandlerMethod[] = [];
  let prototype: object | null = projectionClass.prototype;
  while (prototype) {
    const overridden = new Set(methods.map(({ name }) => name));
    const own = declarations.get(prototype) ?? [];
    methods.push(...own.filter(({ name }) => !overridden.has(name)));
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  return methods;
}

function declare(prototype: object, method: HandlerMethod): void {
  declarations.set(prototype, [...(declarations.get(prototype) ?? []), method]);
}
