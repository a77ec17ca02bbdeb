import type { SagaDefinition } from './saga-definition.js';

/** Which instance of the saga an event is for; undefined when it is for none. */
export function correlationOf(definition: SagaDefinition, event: object): string | undefined {
  const method = definition.methods.find(
    ({ trigger }) => trigger.on === 'event' && trigger.eventClass === event.constructor,
  );
  if (method?.trigger.on !== 'event') return undefined;
  const property = method.trigger.by ?? definition.correlatedBy;
  const value = (event as Readonly<Record<string, unknown>>)[property];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
