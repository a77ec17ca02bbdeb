import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import {
  AggregateRepository,
  InjectAggregateRepository,
  RepeatableCommand,
  StoredCommand,
} from '../../../event-sourcing/index.js';
import { Transfer } from '../transfer.aggregate.js';
import { IsTransferId } from '../transfer.constraints.js';
import type { TransferReason } from '../transfer.events.js';

@StoredCommand('transfer.fail')
export class FailTransfer extends RepeatableCommand<void> {
  @IsTransferId()
  readonly id: string;

  readonly reason: TransferReason;

  constructor(id: string, reason: TransferReason, commandId?: string) {
    super(commandId);
    this.id = id;
    this.reason = reason;
  }
}

@CommandHandler(FailTransfer)
export class FailTransferHandler implements ICommandHandler<FailTransfer> {
  constructor(
    @InjectAggregateRepository(Transfer) private readonly transfers: AggregateRepository<Transfer>,
  ) {}

  async execute(command: FailTransfer): Promise<void> {
    const fail = (transfer: Transfer): void => transfer.fail(command.reason);
    await this.transfers.execute(command.id, fail, { command });
  }
}
