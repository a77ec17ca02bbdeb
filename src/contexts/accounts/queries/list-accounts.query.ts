import { IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { InjectRepository } from '@nestjs/typeorm';
import { MoreThan, Repository } from 'typeorm';
import { Page, pageOf } from '../../../common/read-model/page.js';
import { readUpToDate } from '../../../common/read-model/read-up-to-date.js';
import { Processors } from '../../../event-sourcing/index.js';
import { AccountBalance } from '../read-model/account-balance.entity.js';
import { ACCOUNT_BALANCES } from '../read-model/account-balances.projection.js';

/**
 * Accounts by the time of their opening, with everything that was stored before the query was asked, or up to a position.
 */
export class ListAccounts extends Query<Page<AccountBalance>> {
  constructor(
    readonly limit: number,
    /** The place behind which to go on. */
    readonly after = 0,
    /** All owners, where it is left out. */
    readonly owner?: string,
    /** What was stored up to this position is among them. */
    readonly including?: number,
  ) {
    super();
  }
}

@QueryHandler(ListAccounts)
export class ListAccountsHandler implements IQueryHandler<ListAccounts> {
  constructor(
    @InjectRepository(AccountBalance) private readonly balances: Repository<AccountBalance>,
    private readonly processors: Processors,
  ) {}

  async execute({ limit, after, owner, including }: ListAccounts): Promise<Page<AccountBalance>> {
    const rows = await readUpToDate(
      this.processors,
      ACCOUNT_BALANCES,
      () =>
        this.balances.find({
          where: { openedPosition: MoreThan(after), ...(owner !== undefined && { owner }) },
          order: { openedPosition: 'ASC' },
          take: limit + 1,
        }),
      including,
    );
    return pageOf(rows, limit, ({ openedPosition }) => openedPosition);
  }
}
