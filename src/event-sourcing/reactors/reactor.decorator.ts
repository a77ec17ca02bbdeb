import type { Type } from '@nestjs/common';

/** What `@Reactor` says of a class. */
export interface ReactorOptions {
  /** Names its checkpoint and its effects; it must stay the same when the class is renamed. In kebab case. */
  readonly name: string;
  /**
   * Where it begins when it runs for the first time: behind the last event of the log, or at the beginning of the log.
   * @default 'now'
   */
  readonly from?: 'now' | 'beginning';
}

const declarations = new WeakMap<object, ReactorOptions>();

/**
 * Declares a provider as a reactor (a policy): it does something once per event, such as sending a command or an e-mail,
 * in methods with `@ReactsTo`. It is not run again by the rebuild of a projection.
 *
 * Its methods are called outside of any transaction, at least once per event: after a crash between what one did and the
 * checkpoint it is called again. So what it does must bear repeating. A `RepeatableCommand` does, with a command id
 * that is derived from the event's (`ReactorContext.idFor`); and so does what is done through `ReactorContext.once`.
 */
export function Reactor(options: ReactorOptions) {
  return (reactorClass: Type<object>): void => void declarations.set(reactorClass, options);
}

export function reactorOptionsOf(reactorClass: object): ReactorOptions | undefined {
  return declarations.get(reactorClass);
}
