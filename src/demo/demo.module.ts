import { join } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import { AccountsModule } from '../contexts/accounts/accounts.module.js';
import { TransfersModule } from '../contexts/transfers/transfers.module.js';
import { UsersModule } from '../contexts/users/users.module.js';
import { EventSourcingModule } from '../event-sourcing/index.js';
import { sqliteFile } from './sqlite-file.module.js';

/** The services without their HTTP side, on a SQLite file of their own. */
@Module({})
export class DemoModule {
  static in(directory: string): DynamicModule {
    return {
      module: DemoModule,
      imports: [
        sqliteFile(join(directory, 'demo.sqlite')),
        EventSourcingModule.forRoot(),
        UsersModule,
        AccountsModule.forRoot(),
        TransfersModule.forRoot({ outbox: join(directory, 'outbox') }),
      ],
    };
  }
}
