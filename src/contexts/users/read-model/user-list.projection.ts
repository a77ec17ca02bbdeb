import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CheckpointedHandler, EventEnvelope } from '../../../event-sourcing/index.js';
import { UserCreated, UserDeactivated, UserEmailChanged } from '../user.events.js';
import { UserListItem } from './user-list-item.entity.js';

export const USER_LIST = 'user-list';

/** Keeps the list of users. */
@Injectable()
export class UserListProjection extends CheckpointedHandler {
  readonly name = USER_LIST;
  readonly eventTypes = ['user.created', 'user.email-changed', 'user.deactivated'];

  handle(envelope: EventEnvelope, manager: EntityManager): Promise<void> {
    return this.handleBatch([envelope], manager);
  }

  /** New users come in crowds: all of a batch are one statement, with what has happened to them since. */
  override async handleBatch(
    envelopes: readonly EventEnvelope[],
    manager: EntityManager,
  ): Promise<void> {
    const created = new Map<string, UserListItem>();
    const changed: [id: string, change: Partial<UserListItem>][] = [];
    for (const { event, stream, revision, position } of envelopes) {
      const id = stream.slice('user-'.length);
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
