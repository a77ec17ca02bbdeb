import type { Rights } from './rights.js';

/** Who sends a request, as a key or a token has proven. */
export interface Identity {
  /** What the events say that it stores: `key:<name>`, or the subject of a token. */
  readonly actor: string;
  readonly rights: Rights;

  /**
   * Whether what has proven it is still good, and neither revoked nor expired meanwhile: for answers that go on for long, such
   * as a stream of events. Where nobody can say now, it counts as good.
   */
  isStillGood(): Promise<boolean>;
}

/** What a key or a token proves at the moment. */
export type Proof = Omit<Identity, 'isStillGood'>;

const identities = new WeakMap<object, Identity>();
const failures = new WeakMap<object, Error>();

/** Notes who sends a request. Only what has verified it calls this. */
export function identify(request: object, identity: Identity): void {
  identities.set(request, identity);
}

/** Who sends a request; undefined where nobody was asked, or has proven anything. */
export function identityOf(request: object): Identity | undefined {
  return identities.get(request);
}

/** Notes why nobody could be identified, for requests that may not need it. */
export function noteFailure(request: object, failure: Error): void {
  failures.set(request, failure);
}

/** Why nobody was identified, where something was tried. */
export function failureOf(request: object): Error | undefined {
  return failures.get(request);
}
