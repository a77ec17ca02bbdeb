import type { Type } from '@nestjs/common';
import { isEventType } from '../store/append-request.js';
import { ConfigurationError } from '../errors/event-sourcing.error.js';

const namesByClass = new WeakMap<object, string>();
const classesByName = new Map<string, Set<Type<object>>>();

/**
 * Gives a command a stored name, for example `account.withdraw`, by which it can be kept in the log until it is sent.
 * The name must stay the same when the class is renamed. What may be in a command is what may be in an event; its own
 * properties are stored, and it gets them back without its constructor being run.
 */
export function StoredCommand(name: string) {
  return (commandClass: new (...args: never[]) => object): void => {
    if (!isEventType(name) || !name.includes('.')) {
      throw new ConfigurationError([
        `${commandClass.name}: "${name}" is not a stored command name. Write ` +
          "@StoredCommand('<category>.<what-to-do>'), for example 'account.withdraw'.",
      ]);
    }
    namesByClass.set(commandClass, name);
    const classes = classesByName.get(name) ?? new Set();
    classesByName.set(name, classes.add(commandClass as unknown as Type<object>));
  };
}

/** The stored name of exactly this class, not of one it extends. */
export function storedNameOf(commandClass: object): string | undefined {
  return namesByClass.get(commandClass);
}

/** All classes with this stored name: one, unless the boot refuses. */
export function commandClassesNamed(name: string): readonly Type<object>[] {
  return [...(classesByName.get(name) ?? [])];
}

/** The stored names that several classes claim, with those classes. */
export function sharedCommandNames(): readonly (readonly [string, readonly Type<object>[]])[] {
  return [...classesByName]
    .filter(([, classes]) => classes.size > 1)
    .map(([name, classes]) => [name, [...classes]]);
}
