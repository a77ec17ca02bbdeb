import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { UsersModule } from '../contexts/users/users.module.js';
import { EventSourcingModule, sqliteDriver } from '../event-sourcing/index.js';

/** The users service without its HTTP side, on a SQLite file of its own. */
@Module({})
export class DemoModule {
  static on(database: string): DynamicModule {
    return {
      module: DemoModule,
      imports: [
        TypeOrmModule.forRoot({
          type: 'better-sqlite3',
          driver: sqliteDriver(),
          database,
          autoLoadEntities: true,
        }),
        EventSourcingModule.forRoot(),
        UsersModule,
      ],
    };
  }
}
