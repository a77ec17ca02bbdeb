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

  async handle(envelope: EventEnvelope, manager: EntityManager): Promise<void> {
    const { event, stream, revision, position } = envelope;
    const id = stream.slice('user-'.length);
    if (event instanceof UserCreated) {
      const { username, email } = event;
      const item = { id, username, email, status: 'active' as const, revision };
      await manager.insert(UserListItem, { ...item, createdPosition: position });
    } else if (event instanceof UserEmailChanged) {
      await manager.update(UserListItem, { id }, { email: event.email, revision });
    } else if (event instanceof UserDeactivated) {
      await manager.update(UserListItem, { id }, { status: 'deactivated', revision });
    }
  }
}
