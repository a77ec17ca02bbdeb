import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';

/** The name of a handler's class, for messages; also where a factory made the handler. */
export function handlerName({ instance, metatype, name }: InstanceWrapper<object>): string {
  const handlerClass = (instance as object | undefined)?.constructor ?? metatype;
  return handlerClass?.name ?? String(name);
}
