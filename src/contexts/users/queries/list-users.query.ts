import { IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { InjectRepository } from '@nestjs/typeorm';
import { MoreThan, Repository } from 'typeorm';
import { Page, pageOf } from '../../../common/read-model/page.js';
import { readUpToDate } from '../../../common/read-model/read-up-to-date.js';
import { Processors } from '../../../event-sourcing/index.js';
import { UserListItem } from '../read-model/user-list-item.entity.js';
import { USER_LIST } from '../read-model/user-list.projection.js';

/**
 * All users by the time of their creation, with everything that was stored before the query was asked, or up to a
 * position.
 */
export class ListUsers extends Query<Page<UserListItem>> {
  constructor(
    readonly limit: number,
    /** The place behind which to go on. */
    readonly after = 0,
    /** What was stored up to this position is among them. */
    readonly including?: number,
  ) {
    super();
  }
}

@QueryHandler(ListUsers)
export class ListUsersHandler implements IQueryHandler<ListUsers> {
  constructor(
    @InjectRepository(UserListItem) private readonly list: Repository<UserListItem>,
    private readonly processors: Processors,
  ) {}

  async execute({ limit, after, including }: ListUsers): Promise<Page<UserListItem>> {
    const rows = await readUpToDate(
      this.processors,
      USER_LIST,
      () => this.read(limit + 1, after),
      including,
    );
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
