import type { ReactorContext } from './reactor-context.js';

type EventClass = abstract new (...args: never[]) => object;
type EventClasses = readonly [EventClass, ...EventClass[]];

/** A method of a reactor, and the events it reacts to. */
export interface ReactorMethod {
  readonly name: string;
  readonly events: readonly EventClass[];
}

/** By the prototype that has the method. */
const declarations = new WeakMap<object, ReactorMethod[]>();

/** Has a method of a reactor react to the events of these classes, one after the other: `(event, context)`. */
export function ReactsTo<const Classes extends EventClasses>(...events: Classes) {
  return <
    Method extends (
      event: InstanceType<Classes[number]>,
      context: ReactorContext,
    ) => Promise<unknown>,
  >(
    prototype: object,
    name: string,
    _method: TypedPropertyDescriptor<Method>,
  ): void => {
    declarations.set(prototype, [...(declarations.get(prototype) ?? []), { name, events }]);
  };
}

/** What the methods of a class react to, those it inherits included. */
export function reactorMethodsOf(reactorClass: { readonly prototype: object }): ReactorMethod[] {
  const methods: ReactorMethod[] = [];
  for (
    let prototype: object | null = reactorClass.prototype;
    prototype;
    prototype = Object.getPrototypeOf(prototype) as object | null
  ) {
    methods.push(...(declarations.get(prototype) ?? []));
  }
  return methods;
}
