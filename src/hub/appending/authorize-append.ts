import type { Identity } from '../../common/access/identity.js';
import { assertPermitted } from '../../common/access/not-permitted.js';
import { categoryOf, type IntakeTrust, type StreamAppend } from '../../event-sourcing/index.js';

/** Of a stored type, the category that a reader takes it to speak of, wherever it stands. */
const FIRST_WORD = /^[^.-]*/;

/**
 * What the intake may take from this caller, who has the rights to every stream and to what every event speaks of; from
 * nobody in particular, where the server asks nobody who they are.
 * @throws ProblemException when a right is missing.
 */
export function authorizeAppend(
  caller: Identity | undefined,
  appends: readonly StreamAppend[],
): IntakeTrust {
  if (!caller) return {};
  for (const { stream, events } of appends) {
    assertPermitted(caller, `append:${categoryOf(stream)}`);
    for (const { type } of events) assertPermitted(caller, `append:${firstWordOf(type)}`);
  }
  return { isAuthorized: true, mayNameActor: caller.rights.has('delegate') };
}

/** Of a stored type, the category that it speaks of. */
export function firstWordOf(type: string): string {
  return FIRST_WORD.exec(type)?.[0] ?? '';
}
