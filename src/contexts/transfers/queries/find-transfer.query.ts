import { IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { readUpToDate } from '../../../common/read-model/read-up-to-date.js';
import { AggregateNotFoundError, Processors } from '../../../event-sourcing/index.js';
import { TransferListItem } from '../read-model/transfer-list-item.entity.js';
import { TransferStep } from '../read-model/transfer-step.entity.js';
import { TRANSFERS } from '../read-model/transfers.projection.js';

/** A transfer and its steps, with everything that was stored before the query was asked, or up to a position. */
export class FindTransfer extends Query<TransferWithSteps> {
  constructor(
    readonly id: string,
    /** What was stored up to this position is among them. */
    readonly including?: number,
  ) {
    super();
  }
}

export interface TransferWithSteps {
  readonly transfer: TransferListItem;
  /** From the request on. */
  readonly steps: readonly TransferStep[];
}

interface StepOfTransfer extends TransferStep {
  readonly transfer: TransferListItem;
}

@QueryHandler(FindTransfer)
export class FindTransferHandler implements IQueryHandler<FindTransfer> {
  constructor(
    @InjectRepository(TransferStep) private readonly steps: Repository<TransferStep>,
    private readonly processors: Processors,
  ) {}

  async execute({ id, including }: FindTransfer): Promise<TransferWithSteps> {
    const steps = await readUpToDate(this.processors, TRANSFERS, () => this.stepsOf(id), including);
    if (steps.length === 0) throw new AggregateNotFoundError('transfer', id);
    return { transfer: steps[0].transfer, steps };
  }

  /** In one statement, so that the transfer is what its steps say. */
  private async stepsOf(id: string): Promise<StepOfTransfer[]> {
    const steps = await this.steps
      .createQueryBuilder('step')
      .innerJoinAndMapOne('step.transfer', TransferListItem, 'item', 'item.id = step.transferId')
      .where('step.transferId = :id', { id })
      .orderBy('step.position')
      .getMany();
    return steps as StepOfTransfer[];
  }
}
