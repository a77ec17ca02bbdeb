import type { Identity } from '../../common/access/identity.js';

const LOOK_EVERY_MS = 2_000;

/**
 * Ends what goes on for long when the key or token of its caller is not good any more. Whoever is served where nobody is
 * asked who they are is served on.
 *
 * @returns what ends the looking
 */
export function whilePermitted(caller: Identity | undefined, end: () => void): () => void {
  if (!caller) return () => undefined;
  const timer = setInterval(() => {
    void caller.isStillGood().then((isGood) => {
      if (!isGood) end();
    });
  }, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
