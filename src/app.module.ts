import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { DataSourceOptions } from 'typeorm';
import { AppConfig, type ContextName } from './config/app-config.js';
import { ConfigModule } from './config/config.module.js';
import { dataSourceOptions } from './config/data-source-options.js';
import { openDataSource } from './config/open-data-source.js';
import { AccountsModule } from './contexts/accounts/accounts.module.js';
import { TransfersModule } from './contexts/transfers/transfers.module.js';
import { UsersModule } from './contexts/users/users.module.js';
import { EventSourcingModule } from './event-sourcing/index.js';
import { OpsModule } from './ops/ops.module.js';
import { OperationsModule } from './ops/processors/operations.module.js';

type Import = NonNullable<ModuleMetadata['imports']>[number];

type ServerOptions = Pick<AppConfig, 'contexts' | 'servesOperations'>;

const contexts: Readonly<Record<ContextName, Import>> = {
  users: UsersModule,
  accounts: AccountsModule.forRoot(),
  transfers: TransfersModule.forRootAsync({
    inject: [AppConfig],
    useFactory: ({ transferTimeoutMs, mailOutbox }: AppConfig) => ({
      timeoutMs: transferTimeoutMs,
      outbox: mailOutbox,
    }),
  }),
};

@Module({
  imports: [
    ConfigModule,
    TypeOrmModule.forRootAsync({
      inject: [AppConfig],
      useFactory: ({ database }: AppConfig) => ({
        ...dataSourceOptions(database),
        autoLoadEntities: true,
        // What starts this process starts it again; until then the reason stands at the end of the output.
        toRetry: () => false,
      }),
      dataSourceFactory: (options) => openDataSource(options as DataSourceOptions),
    }),
  ],
})
export class AppModule {
  /** The server: these services, and what those who run it need. */
  static of({ contexts, servesOperations }: ServerOptions): DynamicModule {
    return AppModule.with(EventSourcingModule.forRoot(), contexts, [
      OpsModule,
      ...(servesOperations ? [OperationsModule] : []),
    ]);
  }

  /** The same services, to look after them from beside a server, or without one: nothing runs by itself. */
  static besideServer({ contexts }: Pick<ServerOptions, 'contexts'>): DynamicModule {
    return AppModule.with(EventSourcingModule.forRoot({ processing: { run: false } }), contexts);
  }

  private static with(
    kit: DynamicModule,
    names: readonly ContextName[],
    more: readonly Import[] = [],
  ): DynamicModule {
    return { module: AppModule, imports: [kit, ...more, ...names.map((name) => contexts[name])] };
  }
}
