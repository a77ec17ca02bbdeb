import { AsyncLocalStorage } from 'node:async_hooks';
import type { EventMetadata } from '../store/recorded-event.js';
import type { StoredPosition } from './stored-position.js';

/** What travels with asynchronous calls. */
export interface Circumstances {
  readonly context: EventMetadata;
  /** Who wants to hear what is stored meanwhile. */
  readonly stored?: StoredPosition;
}

/** Read and set through `message-context.ts` and `stored-position.ts` only. */
export const circumstances = new AsyncLocalStorage<Circumstances>();
