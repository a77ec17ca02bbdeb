import { IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { InjectRepository } from '@nestjs/typeorm';
import { MoreThan, Repository } from 'typeorm';
import { Page, pageOf } from '../../../common/read-model/page.js';
import { readUpToDate } from '../../../common/read-model/read-up-to-date.js';
import {
  AggregateNotFoundError,
  Processors,
  EventStore,
  streamName,
} from '../../../event-sourcing/index.js';
import { ACCOUNT_BALANCES } from '../read-model/account-balances.projection.js';
import { StatementLine } from '../read-model/statement-line.entity.js';

/**
 * What came to an account and went from it, with everything that was stored before the query was asked, or up to a
 * position.
 */
export class ReadStatement extends Query<Page<StatementLine>> {
  constructor(
    readonly id: string,
    readonly limit: number,
    /** The position behind which to go on. */
    readonly after = 0,
    /** What was stored up to this position is on it. */
    readonly including?: number,
  ) {
    super();
  }
}

@QueryHandler(ReadStatement)
export class ReadStatementHandler implements IQueryHandler<ReadStatement> {
  constructor(
    @InjectRepository(StatementLine) private readonly statement: Repository<StatementLine>,
    private readonly processors: Processors,
    private readonly store: EventStore,
  ) {}

  async execute({ id, limit, after, including }: ReadStatement): Promise<Page<StatementLine>> {
    const rows = await readUpToDate(
      this.processors,
      ACCOUNT_BALANCES,
      () =>
        this.statement.find({
          where: { accountId: id, position: MoreThan(after) },
          order: { position: 'ASC' },
          take: limit + 1,
        }),
      including,
    );
    if (rows.length === 0 && (await this.store.streamRevision(streamName('account', id))) === 0) {
      throw new AggregateNotFoundError('account', id);
    }
    return pageOf(rows, limit, ({ position }) => position);
  }
}
