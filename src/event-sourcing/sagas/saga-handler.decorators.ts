import type { SagaFailure, Verdict } from './saga-failure.js';
import type { SagaStep } from './saga-step.js';

type ClassOf<T extends object> = abstract new (...args: never[]) => T;

/** What a handler may answer; nothing, if what happened changes nothing. */
type Answer = SagaStep<object> | undefined;

/** Why a command was refused: the code and the message of the domain error. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** What a method of a saga handles. */
export type SagaTriggerDeclaration =
  | {
      readonly on: 'event';
      readonly eventClass: ClassOf<object>;
      readonly by?: string;
      readonly starts: boolean;
    }
  | { readonly on: 'refusal'; readonly commandClass: ClassOf<object> }
  | { readonly on: 'deadline'; readonly name: string }
  | { readonly on: 'error' };

export interface SagaMethod {
  readonly name: string;
  readonly trigger: SagaTriggerDeclaration;
}

/** By the prototype that has the method. */
const declarations = new WeakMap<object, SagaMethod[]>();

/** Where an event names the saga it is for by another property than `correlatedBy`. */
export interface CorrelationOptions<E extends object> {
  readonly by?: keyof E & string;
}

/**
 * Begins the saga: `(event, state)`, where the state is undefined. If the saga has begun already, the event continues
 * it, and the method gets its state.
 */
export function StartsOn<E extends object>(
  eventClass: ClassOf<E>,
  options: CorrelationOptions<E> = {},
) {
  return <M extends (event: E, state: never) => Answer>(
    prototype: object,
    name: string,
    _method: TypedPropertyDescriptor<M>,
  ): void => declare(prototype, name, { on: 'event', eventClass, starts: true, ...options });
}

/** Continues a saga that has begun: `(event, state)`. Before it begins, and after it ends, the event is not for it. */
export function ContinuesOn<E extends object>(
  eventClass: ClassOf<E>,
  options: CorrelationOptions<E> = {},
) {
  return <M extends (event: E, state: never) => Answer>(
    prototype: object,
    name: string,
    _method: TypedPropertyDescriptor<M>,
  ): void => declare(prototype, name, { on: 'event', eventClass, starts: false, ...options });
}

/**
 * Continues the saga when a command it sent was refused by a domain error: `(refusal, state, command)`. The refusal of a
 * `RepeatableCommand` is final: however late and often it is delivered again, it does not take effect any more.
 */
export function OnRefusal<C extends object>(commandClass: ClassOf<C>) {
  return <M extends (refusal: Refusal, state: never, command: C) => Answer>(
    prototype: object,
    name: string,
    _method: TypedPropertyDescriptor<M>,
  ): void => declare(prototype, name, { on: 'refusal', commandClass });
}

/** Continues the saga when a deadline is reached that it has set and not cancelled: `(state)`. */
export function OnDeadline(deadline: string) {
  return <M extends (state: never) => Answer>(
    prototype: object,
    name: string,
    _method: TypedPropertyDescriptor<M>,
  ): void => declare(prototype, name, { on: 'deadline', name: deadline });
}

/**
 * Says what becomes of a failure: `(failure) => 'retry' | 'park' | 'skip'`. It is asked when a method of the saga throws, and
 * when a command it sent fails for another reason than a rule of the business. Without it everything is tried again, and
 * parked after the last try. It is not asked in an outage, in which everything is waited for.
 *
 * A command that is skipped may have taken effect all the same, and the saga hears nothing of it: skip only those whose answer
 * nothing waits for.
 */
export function OnError() {
  return <M extends (failure: SagaFailure) => Verdict>(
    prototype: object,
    name: string,
    _method: TypedPropertyDescriptor<M>,
  ): void => declare(prototype, name, { on: 'error' });
}

/** What the methods of a class handle, those it inherits included. */
export function sagaMethodsOf(sagaClass: { readonly prototype: object }): readonly SagaMethod[] {
  const methods: SagaMethod[] = [];
  for (
    let prototype: object | null = sagaClass.prototype;
    prototype;
    prototype = Object.getPrototypeOf(prototype) as object | null
  ) {
    methods.push(...(declarations.get(prototype) ?? []));
  }
  return methods;
}

function declare(prototype: object, name: string, trigger: SagaTriggerDeclaration): void {
  declarations.set(prototype, [...(declarations.get(prototype) ?? []), { name, trigger }]);
}
