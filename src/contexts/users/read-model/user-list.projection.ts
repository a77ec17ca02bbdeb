import type { EntityManager } from 'typeorm';
import {
  aggregateIdOf,
  EventEnvelope,
  OnBatch,
  Projection,
} from '../../../event-sourcing/index.js';
import { UserCreated, UserDeactivated, UserEmailChanged } from '../user.events.js';
import { UserListItem } from './user-list-item.entity.js';

export const USER_LIST = 'user-list';

/** Keeps the list of users. */
@Projection({ name: USER_LIST, version: 1, entities: [UserListItem] })
export class UserListProjection {
  /** New users come in crowds: all of a batch are one statement, with what has happened to them since. */
  @OnBatch(UserCreated, UserEmailChanged, UserDeactivated)
  async keepList(envelopes: readonly EventEnvelope[], manager: EntityManager): Promise<void> {
    const created = new Map<string, UserListItem>();
    const changed: [id: string, change: Partial<UserListItem>][] = [];
    for (const { event, stream, revision, position } of envelopes) {
      const id = aggregateIdOf(stream);
      if (event instanceof UserCreated) {
        const { username, email } = event;
        const status = 'active';
        created.set(id, { id, username, email, status, revision, createdPosition: position });
        continue;
      }
      const change = { ...changeOf(event), revision };
      const item = created.get(id);
      if (item) Object.assign(item, change);
      else changed.push([id, change]);
    }
    if (created.size > 0) await manager.insert(UserListItem, [...created.values()]);
    for (const [id, change] of changed) await manager.update(UserListItem, { id }, change);
  }
}

function changeOf(event: object): Partial<UserListItem> {
  if (event instanceof UserEmailChanged) return { email: event.email };
  return event instanceof UserDeactivated ? { status: 'deactivated' } : {};
}
