import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import {
  AggregateRepository,
  InjectAggregateRepository,
  Reactor,
  ReactorContext,
  ReactsTo,
} from '../../../event-sourcing/index.js';
import { Mailer } from '../mail/mailer.js';
import { mailAbout } from '../mail/transfer-mail.js';
import { FindCustomerAddress } from '../queries/find-customer-address.query.js';
import { Transfer } from '../transfer.aggregate.js';
import { TransferCompleted, TransferFailed, TransferRefunded } from '../transfer.events.js';

/** Who pays is told what came of it, once; where the owner of the account is a user, and so has an address. */
@Injectable()
@Reactor({ name: 'mail-customer-when-transfer-ends', from: 'beginning' })
export class MailCustomerWhenTransferEnds {
  constructor(
    @InjectAggregateRepository(Transfer) private readonly transfers: AggregateRepository<Transfer>,
    private readonly queries: QueryBus,
    private readonly mailer: Mailer,
  ) {}

  @ReactsTo(TransferCompleted, TransferRefunded, TransferFailed)
  async mail(
    { transferId }: TransferCompleted | TransferRefunded | TransferFailed,
    context: ReactorContext,
  ): Promise<void> {
    const transfer = await this.transfers.load(transferId);
    const address = await this.queries.execute(new FindCustomerAddress(transfer.terms.from));
    if (address === undefined) return;
    await context.once('mail', (key) => this.mailer.send(mailAbout(transfer, address), key));
  }
}
