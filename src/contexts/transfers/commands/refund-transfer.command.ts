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

@StoredCommand('transfer.refund')
export class RefundTransfer extends RepeatableCommand<void> {
  @IsTransferId()
  readonly id: string;

  readonly reason: TransferReason;

  constructor(id: string, reason: TransferReason, commandId?: string) {
    super(commandId);
    this.id = id;
    this.reason = reason;
  }
}

@CommandHandler(RefundTransfer)
export class RefundTransferHandler implements ICommandHandler<RefundTransfer> {
  constructor(
    @InjectAggregateRepository(Transfer) private readonly transfers: AggregateRepository<Transfer>,
  ) {}

  async execute(command: RefundTransfer): Promise<void> {
    const refund = (transfer: Transfer): void => transfer.refund(command.reason);
    await this.transfers.execute(command.id, refund, { command });
  }
}
