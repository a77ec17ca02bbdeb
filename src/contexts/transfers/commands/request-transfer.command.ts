import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { IsDescription } from '../../../common/money/money.constraints.js';
import { Money } from '../../../common/money/money.value-object.js';
import {
  AggregateCommitter,
  AggregateRepository,
  Clock,
  Effect,
  InjectAggregateRepository,
  RepeatableCommand,
} from '../../../event-sourcing/index.js';
import { Transfer } from '../transfer.aggregate.js';
import { IsAccount, IsTransferId } from '../transfer.constraints.js';
import { TransferView, viewOf } from '../transfer-view.dto.js';
import { TransfersSettings } from '../transfers.settings.js';

interface RequestOptions {
  readonly description?: string;
  /** With it, the transfer is requested once, however often it is asked for. */
  readonly commandId?: string;
}

/** Asks for money to go from one account to another. */
export class RequestTransfer extends RepeatableCommand<TransferView> {
  @IsTransferId()
  readonly id: string;

  @IsAccount()
  readonly from: string;

  @IsAccount()
  readonly to: string;

  readonly amount: Money;

  @IsDescription()
  readonly description?: string;

  constructor(id: string, from: string, to: string, amount: Money, options: RequestOptions = {}) {
    super(options.commandId);
    this.id = id;
    this.from = from;
    this.to = to;
    this.amount = amount;
    this.description = options.description;
  }
}

@CommandHandler(RequestTransfer)
export class RequestTransferHandler implements ICommandHandler<RequestTransfer> {
  constructor(
    @InjectAggregateRepository(Transfer) private readonly transfers: AggregateRepository<Transfer>,
    private readonly committer: AggregateCommitter,
    private readonly clock: Clock,
    private readonly settings: TransfersSettings,
  ) {}

  async execute(command: RequestTransfer): Promise<TransferView> {
    return viewOf(await this.transfers.once(command.id, command, () => this.request(command)));
  }

  private async request(command: RequestTransfer): Promise<Effect<Transfer>> {
    const { id, from, to, amount, description } = command;
    const requestedAt = this.clock.now();
    const expiresAt = new Date(requestedAt.getTime() + this.settings.timeoutMs);
    const terms = { from, to, amount, requestedAt, expiresAt, description };
    const aggregate = Transfer.request(id, terms);
    return { aggregate, stored: await this.committer.commitOnce(command, aggregate) };
  }
}
