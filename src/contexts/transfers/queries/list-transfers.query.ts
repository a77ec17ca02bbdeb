import { IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { InjectRepository } from '@nestjs/typeorm';
import { MoreThan, Repository } from 'typeorm';
import { Page, pageOf } from '../../../common/read-model/page.js';
import { readUpToDate } from '../../../common/read-model/read-up-to-date.js';
import { Processors } from '../../../event-sourcing/index.js';
import { TransferListItem } from '../read-model/transfer-list-item.entity.js';
import { TRANSFERS } from '../read-model/transfers.projection.js';

/**
 * Transfers by the time of their request, with everything that was stored before the query was asked, or up to a
 * position.
 */
export class ListTransfers extends Query<Page<TransferListItem>> {
  constructor(
    readonly limit: number,
    /** The place behind which to go on. */
    readonly after = 0,
    /** That pays or is paid; any, where it is left out. */
    readonly account?: string,
    /** What was stored up to this position is among them. */
    readonly including?: number,
  ) {
    super();
  }
}

@QueryHandler(ListTransfers)
export class ListTransfersHandler implements IQueryHandler<ListTransfers> {
  constructor(
    @InjectRepository(TransferListItem) private readonly list: Repository<TransferListItem>,
    private readonly processors: Processors,
  ) {}

  async execute({
    limit,
    after,
    account,
    including,
  }: ListTransfers): Promise<Page<TransferListItem>> {
    const requestedPosition = MoreThan(after);
    const rows = await readUpToDate(
      this.processors,
      TRANSFERS,
      () =>
        this.list.find({
          where:
            account === undefined
              ? { requestedPosition }
              : [
                  { requestedPosition, from: account },
                  { requestedPosition, to: account },
                ],
          order: { requestedPosition: 'ASC' },
          take: limit + 1,
        }),
      including,
    );
    return pageOf(rows, limit, (row) => row.requestedPosition);
  }
}
