import type { Identity } from '../../common/access/identity.js';
import { assertPermitted, notPermitted } from '../../common/access/not-permitted.js';
import { categoryOf } from '../../event-sourcing/index.js';

/**
 * The categories to read for a caller: those that are asked for, or without any all that it may read. Undefined means every
 * category; an empty list is never the answer.
 * @throws ProblemException when the caller may not read one that is asked for, or none at all.
 */
export function readableCategories(
  caller: Identity | undefined,
  asked: readonly string[] | undefined,
): readonly string[] | undefined {
  if (!caller) return asked;
  if (asked) {
    for (const category of asked) assertPermitted(caller, `read:${category}`);
    return asked;
  }
  const { readable } = caller.rights;
  if (readable === 'all') return undefined;
  if (readable.length === 0) throw notPermitted('read:*');
  return readable;
}

/** Whether a caller may read the events of a stream. */
export function mayRead(caller: Identity | undefined, stream: string): boolean {
  return caller?.rights.has(`read:${categoryOf(stream)}`) ?? true;
}
