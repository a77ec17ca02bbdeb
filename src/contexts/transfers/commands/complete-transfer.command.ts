import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import {
  AggregateRepository,
  InjectAggregateRepository,
  RepeatableCommand,
  StoredCommand,
} from '../../../event-sourcing/index.js';
import { Transfer } from '../transfer.aggregate.js';
import { IsTransferId } from '../transfer.constraints.js';

@StoredCommand('transfer.complete')
export class CompleteTransfer extends RepeatableCommand<void> {
  @IsTransferId()
  readonly id: string;

  constructor(id: string, commandId?: string) {
    super(commandId);
    this.id = id;
  }
}

@CommandHandler(CompleteTransfer)
export class CompleteTransferHandler implements ICommandHandler<CompleteTransfer> {
  constructor(
    @InjectAggregateRepository(Transfer) private readonly transfers: AggregateRepository<Transfer>,
  ) {}

  async execute(command: CompleteTransfer): Promise<void> {
    const complete = (transfer: Transfer): void => transfer.complete();
    await this.transfers.execute(command.id, complete, { command });
  }
}
