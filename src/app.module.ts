import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { DataSourceOptions } from 'typeorm';
import { AppConfig, type ContextName } from './config/app-config.js';
import { ConfigModule } from './config/config.module.js';
import { dataSourceOptions } from './config/data-source-options.js';
import type { NatsConfig } from './config/nats-settings.js';
import { openDataSource } from './config/open-data-source.js';
import { AccountCommandsModule } from './contexts/accounts/account-commands.module.js';
import { AccountsModule } from './contexts/accounts/accounts.module.js';
import { TransfersModule } from './contexts/transfers/transfers.module.js';
import { UsersModule } from './contexts/users/users.module.js';
import { EventSourcingModule, type ProcessingOptions } from './event-sourcing/index.js';

type Import = NonNullable<ModuleMetadata['imports']>[number];

const modules: Readonly<Record<ContextName, Import>> = {
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

/** What runs in the process, and where its log is. */
type LogSettings = Pick<AppConfig, 'contexts' | 'hub' | 'hubSource' | 'nats'>;

/** The services on their database. */
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
  /**
   * With the services of these settings in the process, and the broker to which their events leave.
   * @param processing `run: false` where nothing is to run by itself, as beside a server
   */
  static of(
    { contexts, hub, hubSource, nats }: LogSettings,
    processing?: ProcessingOptions,
  ): DynamicModule {
    return {
      module: AppModule,
      imports: [
        EventSourcingModule.forRoot({ processing, ...(hub && { store: hub }) }),
        ...contexts.map((name) => modules[name]),
        // Transfers send accounts commands, whoever runs the rest of them.
        ...(contexts.includes('transfers') && !contexts.includes('accounts')
          ? [AccountCommandsModule.forRoot()]
          : []),
        ...(nats ? [messagingOver(nats, hub ? undefined : hubSource, processing?.run)] : []),
      ],
    };
  }
}

/**
 * Loaded only where it is asked for: a process starts sooner without.
 * @param source by which others know the log that leaves from here; none leaves where the log is a hub's, which has it leave
 */
async function messagingOver(
  { categories, consumer: name, ...server }: NatsConfig,
  source: string | undefined,
  run?: boolean,
): Promise<DynamicModule> {
  const { MessagingModule, NatsBroker } = await import('./messaging/index.js');
  return MessagingModule.forRoot({
    broker: new NatsBroker(server),
    ...(source !== undefined && { relay: { categories, source } }),
    consumer: { name, run },
  });
}
