import { type DynamicModule, type FactoryProvider, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Clock, EventSourcingModule } from '../../event-sourcing/index.js';
import { CompleteTransferHandler } from './commands/complete-transfer.command.js';
import { FailTransferHandler } from './commands/fail-transfer.command.js';
import { RefundTransferHandler } from './commands/refund-transfer.command.js';
import { RequestTransferHandler } from './commands/request-transfer.command.js';
import { TransfersController } from './http/transfers.controller.js';
import { FileMailer } from './mail/file-mailer.js';
import { Mailer } from './mail/mailer.js';
import { MailCustomerWhenTransferEnds } from './policies/mail-customer-when-transfer-ends.policy.js';
import { FindCustomerAddressHandler } from './queries/find-customer-address.query.js';
import { FindTransferHandler } from './queries/find-transfer.query.js';
import { ListTransfersHandler } from './queries/list-transfers.query.js';
import { AccountOwner } from './read-model/account-owner.entity.js';
import { CreateTransferCustomers1764000000302 } from './read-model/create-transfer-customers.migration.js';
import { CreateTransfers1764000000301 } from './read-model/create-transfers.migration.js';
import { CustomerAddress } from './read-model/customer-address.entity.js';
import { TransferCustomersProjection } from './read-model/transfer-customers.projection.js';
import { TransferListItem } from './read-model/transfer-list-item.entity.js';
import { TransferStep } from './read-model/transfer-step.entity.js';
import { TransfersProjection } from './read-model/transfers.projection.js';
import { Transfer } from './transfer.aggregate.js';
import { TransferSaga } from './transfer.saga.js';
import { type TransfersOptions, TransfersSettings } from './transfers.settings.js';

const OPTIONS = Symbol('TransfersOptions');

/** Transfers of money between accounts. They need what accounts may be asked to do in the same process. */
@Module({
  imports: [
    EventSourcingModule.forFeature([Transfer], {
      migrations: [CreateTransfers1764000000301, CreateTransferCustomers1764000000302],
    }),
    TypeOrmModule.forFeature([TransferListItem, TransferStep, AccountOwner, CustomerAddress]),
  ],
  controllers: [TransfersController],
  providers: [
    RequestTransferHandler,
    CompleteTransferHandler,
    RefundTransferHandler,
    FailTransferHandler,
    FindTransferHandler,
    ListTransfersHandler,
    FindCustomerAddressHandler,
    TransfersProjection,
    TransferCustomersProjection,
    TransferSaga,
    MailCustomerWhenTransferEnds,
    {
      provide: Mailer,
      inject: [TransfersSettings, Clock],
      useFactory: ({ outbox }: TransfersSettings, clock: Clock) => new FileMailer(outbox, clock),
    },
  ],
})
export class TransfersModule {
  static forRoot(options: TransfersOptions = {}): DynamicModule {
    return TransfersModule.forRootAsync({ useFactory: () => options });
  }

  /** With options that are made of what is injected. */
  static forRootAsync(
    options: Pick<FactoryProvider<TransfersOptions>, 'inject' | 'useFactory'>,
  ): DynamicModule {
    return {
      module: TransfersModule,
      providers: [
        { ...options, provide: OPTIONS },
        {
          provide: TransfersSettings,
          inject: [OPTIONS],
          useFactory: (chosen: TransfersOptions) => new TransfersSettings(chosen),
        },
      ],
    };
  }
}
