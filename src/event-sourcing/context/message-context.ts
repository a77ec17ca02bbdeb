import { EventMetadata, RecordedEvent } from '../store/recorded-event.js';
import { circumstances } from './circumstances.js';

/**
 * The circumstances under which code runs: who asked, and what led to it. They become the metadata of every event
 * that is stored meanwhile.
 */
export type MessageContext = EventMetadata;

/**
 * Runs `work`, and everything it awaits, under `context` added to the present one. Nothing is attached to commands or
 * events: the context travels with the asynchronous call.
 */
export function runInContext<T>(context: MessageContext, work: () => T): T {
  const present = circumstances.getStore();
  return circumstances.run({ ...present, context: { ...present?.context, ...context } }, work);
}

/** As `runInContext`, and without anything of the present context: for work that is not on behalf of the caller. */
export function runInNewContext<T>(context: MessageContext, work: () => T): T {
  return circumstances.run({ context }, work);
}

/** The context of what an event leads to. Who has handed in the event, on behalf of its actor, has no part in that. */
export function contextAfter({
  id,
  metadata,
}: Pick<RecordedEvent, 'id' | 'metadata'>): MessageContext {
  const { via: _, ...context } = metadata;
  return { ...context, causationId: id };
}

/** The present context; empty outside of any. */
export function currentContext(): MessageContext {
  return circumstances.getStore()?.context ?? {};
}
