import { IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { AggregateRepository, InjectAggregateRepository } from '../../../event-sourcing/index.js';
import { User } from '../user.aggregate.js';
import { UserView, viewOf } from '../user-view.dto.js';

/** A user as it is now or, by revision or time, as it was. Always up to date: it is replayed from the log. */
export class FindUser extends Query<UserView> {
  constructor(
    readonly id: string,
    readonly when: { readonly revision?: number; readonly at?: Date } = {},
  ) {
    super();
  }
}

@QueryHandler(FindUser)
export class FindUserHandler implements IQueryHandler<FindUser> {
  constructor(@InjectAggregateRepository(User) private readonly users: AggregateRepository<User>) {}

  async execute({ id, when }: FindUser): Promise<UserView> {
    return viewOf(await this.users.load(id, when));
  }
}
