import type { Type } from '@nestjs/common';
import { type ReactorOptions, reactorOptionsOf } from './reactor.decorator.js';
import { type ReactorMethod, reactorMethodsOf } from './reacts-to.decorator.js';

/** What the decorators of a reactor's class say. */
export interface ReactorDefinition extends Required<ReactorOptions> {
  readonly reactorClass: Type<object>;
  readonly methods: readonly ReactorMethod[];
}

/** @returns undefined for a class without `@Reactor` */
export function reactorDefinitionOf(reactorClass: Type<object>): ReactorDefinition | undefined {
  const options = reactorOptionsOf(reactorClass);
  if (!options) return undefined;
  return { from: 'now', ...options, reactorClass, methods: reactorMethodsOf(reactorClass) };
}
