import { join } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccountsModule } from '../contexts/accounts/accounts.module.js';
import { TransfersModule } from '../contexts/transfers/transfers.module.js';
import { UsersModule } from '../contexts/users/users.module.js';
import { EventSourcingModule, sqliteDriver } from '../event-sourcing/index.js';

/** The services without their HTTP side, on a SQLite file of their own. */
@Module({})
export class DemoModule {
  static in(directory: string): DynamicModule {
    return {
      module: DemoModule,
      imports: [
        TypeOrmModule.forRoot({
          type: 'better-sqlite3',
          driver: sqliteDriver(),
          database: join(directory, 'demo.sqlite'),
          autoLoadEntities: true,
        }),
        EventSourcingModule.forRoot(),
        UsersModule,
        AccountsModule.forRoot(),
        TransfersModule.forRoot({ outbox: join(directory, 'outbox') }),
      ],
    };
  }
}
