import { IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { InjectRepository } from '@nestjs/typeorm';
import { MoreThan, Repository } from 'typeorm';
import { CheckpointedHandlers, InfrastructureError } from '../../../event-sourcing/index.js';
import { UserListItem } from '../read-model/user-list-item.entity.js';
import { USER_LIST } from '../read-model/user-list.projection.js';
import { Page, pageOf } from './page.js';

const MAX_WAIT_MS = 3_000;

/** The list does not have what was in the log when it was asked for, and did not get it in time. */
export class UserListBehindError extends InfrastructureError {
  readonly code = 'read-model-behind';
  readonly retryable = true;

  constructor() {
    super('The list of users is behind the log. Ask again in a moment.');
  }
}

/** The database broke off while the list was read. */
export class UserListUnavailableError extends InfrastructureError {
  readonly code = 'read-model-unavailable';
  readonly retryable = true;

  constructor(cause: unknown) {
    super(`The list of users cannot be read: ${String(cause)}`, { cause });
  }
}

/** All users by the time of their creation, with everything that was stored before the query was asked. */
export class ListUsers extends Query<Page<UserListItem>> {
  constructor(
    readonly limit: number,
    /** The place behind which to go on. */
    readonly after = 0,
  ) {
    super();
  }
}

@QueryHandler(ListUsers)
export class ListUsersHandler implements IQueryHandler<ListUsers> {
  constructor(
    @InjectRepository(UserListItem) private readonly list: Repository<UserListItem>,
    private readonly handlers: CheckpointedHandlers,
  ) {}

  async execute({ limit, after }: ListUsers): Promise<Page<UserListItem>> {
    if (!(await this.handlers.caughtUp(USER_LIST, MAX_WAIT_MS))) throw new UserListBehindError();
    const rows = await this.read(limit + 1, after).catch((error: unknown) => {
      throw new UserListUnavailableError(error);
    });
    return pageOf(rows, limit, ({ createdPosition }) => createdPosition);
  }

  private read(count: number, after: number): Promise<UserListItem[]> {
    return this.list.find({
      where: { createdPosition: MoreThan(after) },
      order: { createdPosition: 'ASC' },
      take: count,
    });
  }
}
