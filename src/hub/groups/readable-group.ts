import type { Identity } from '../../common/access/identity.js';
import { assertPermitted } from '../../common/access/not-permitted.js';
import type { GroupDefinition } from './definition/group.js';

/** @throws ProblemException when the caller may not read everything that the group reads. */
export function assertReadable(
  caller: Identity | undefined,
  { categories = ['*'] }: Pick<GroupDefinition, 'categories'>,
): void {
  for (const category of categories) assertPermitted(caller, `read:${category}`);
}

/** Whether the caller may read everything that the group reads. */
export function isReadable(
  caller: Identity | undefined,
  { categories = ['*'] }: Pick<GroupDefinition, 'categories'>,
): boolean {
  return categories.every((category) => caller?.rights.has(`read:${category}`) ?? true);
}
