import { IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { AggregateRepository, InjectAggregateRepository } from '../../../event-sourcing/index.js';
import { AccountView, viewOf } from '../account-view.dto.js';
import { Account } from '../account.aggregate.js';

/** An account as it is now or, by revision or time, as it was. Always up to date: it is replayed from the log. */
export class FindAccount extends Query<AccountView> {
  constructor(
    readonly id: string,
    readonly when: { readonly revision?: number; readonly at?: Date } = {},
  ) {
    super();
  }
}

@QueryHandler(FindAccount)
export class FindAccountHandler implements IQueryHandler<FindAccount> {
  constructor(
    @InjectAggregateRepository(Account) private readonly accounts: AggregateRepository<Account>,
  ) {}

  async execute({ id, when }: FindAccount): Promise<AccountView> {
    return viewOf(await this.accounts.load(id, when));
  }
}
