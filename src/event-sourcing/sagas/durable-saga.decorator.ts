import type { Type } from '@nestjs/common';

/** What `@DurableSaga` says of a class. */
export interface DurableSagaOptions {
  /** Names its streams and its checkpoint; it must stay the same when the class is renamed. Lower case, in kebab case. */
  readonly name: string;
  /** The property of its events that says which of its instances an event is for, for example `transferId`. */
  readonly correlatedBy: string;
}

const declarations = new WeakMap<object, DurableSagaOptions>();

/**
 * Declares a provider as a durable saga: a process over several steps that survives crashes. Its handlers
 * (`@StartsOn`, `@ContinuesOn`, `@OnRefusal`, `@OnDeadline`) are given what happened and the state so far, and answer
 * with a `step`. An instance of the process is a stream of its own, `saga_<name>-<correlation>`, in which every step is
 * an event: what it was in answer to, the new state, the commands to send and the deadlines that are open.
 *
 * - Each event leads to one step, whatever crashes and however many instances of the application run.
 * - Commands are sent after the step is stored, at least once, with an id that is the same every time.
 * - A handler must decide by what it is given and nothing else; before its step is stored it may be called again.
 */
export function DurableSaga(options: DurableSagaOptions) {
  return (sagaClass: Type<object>): void => void declarations.set(sagaClass, options);
}

export function sagaOptionsOf(sagaClass: object): DurableSagaOptions | undefined {
  return declarations.get(sagaClass);
}
