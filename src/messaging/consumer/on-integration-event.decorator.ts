import type { CloudEvent } from '../../common/cloud-events/index.js';
import type { IntegrationContext } from './integration-context.js';

/** How a method handles events of other services. */
export interface OnIntegrationEventOptions {
  /**
   * `inside`: the method writes with `context.manager`, in the transaction that notes the event as done; so it takes
   * effect once. It must write nothing otherwise and wait for nothing else.
   * `before`: the method is called before that transaction, and may do what it likes: send commands, append to the
   * store, speak to other systems. It is called at least once.
   * @default 'inside'
   */
  readonly transaction?: 'inside' | 'before';
}

/** A method, and the type of the events it handles. */
export interface IntegrationMethod {
  readonly name: string;
  readonly type: string;
  readonly transaction: 'inside' | 'before';
}

const declarations = new WeakMap<object, IntegrationMethod[]>();

/**
 * Has a method of a provider handle the events of a type that other services publish: `(event, context)`. One method of
 * the application handles a type. Events of a key come one after the other, in their order.
 */
export function OnIntegrationEvent(
  type: string,
  { transaction = 'inside' }: OnIntegrationEventOptions = {},
) {
  return <Method extends (event: CloudEvent, context: IntegrationContext) => Promise<unknown>>(
    prototype: object,
    name: string,
    _method: TypedPropertyDescriptor<Method>,
  ): void => {
    const others = declarations.get(prototype) ?? [];
    declarations.set(prototype, [...others, { name, type, transaction }]);
  };
}

/** What the methods of a class handle, those it inherits included. */
export function integrationMethodsOf(handlerClass: {
  readonly prototype: object;
}): IntegrationMethod[] {
  const methods: IntegrationMethod[] = [];
  for (
    let prototype: object | null = handlerClass.prototype;
    prototype;
    prototype = Object.getPrototypeOf(prototype) as object | null
  ) {
    methods.push(...(declarations.get(prototype) ?? []));
  }
  return methods;
}
