import { AsyncLocalStorage } from 'node:async_hooks';
import { SideEffectError } from '../errors/projection.errors.js';

const storage = new AsyncLocalStorage<string>();

/** Runs `work` of a projection, and everything it awaits, where nothing may be stored or commanded. */
export function withoutSideEffects<T>(projection: string, work: () => T): T {
  return storage.run(projection, work);
}

/** @throws SideEffectError when it is a projection that would do this. */
export function assertSideEffectsAllowed(deed: string): void {
  const projection = storage.getStore();
  if (projection !== undefined) throw new SideEffectError(projection, deed);
}
