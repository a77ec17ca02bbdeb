import { Type } from '@nestjs/common';
import { ConfigurationError } from '../errors/event-sourcing.error.js';

const classes = new Map<string, Type<object>>();
const names = new Map<object, string>();

/**
 * Declares a class whose instances may stand inside events, and the name under which they are stored. Their own
 * properties are stored; a loaded one gets them back without its constructor being run.
 */
export function ValueObject(name: string) {
  return (valueClass: Type<object>): void => {
    const other = classes.get(name);
    if (other && other !== valueClass) {
      throw new ConfigurationError([
        `Value objects ${other.name} and ${valueClass.name} are both stored as "${name}". ` +
          `Give one another name: @ValueObject('…').`,
      ]);
    }
    classes.set(name, valueClass);
    names.set(valueClass, name);
  };
}

export function valueObjectName(valueClass: object): string | undefined {
  return names.get(valueClass);
}

export function valueObjectClass(name: string): Type<object> | undefined {
  return classes.get(name);
}
