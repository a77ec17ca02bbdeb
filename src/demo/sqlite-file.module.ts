import type { DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { sqliteDriver } from '../event-sourcing/index.js';

/** What the demos keep is in a SQLite file. */
export function sqliteFile(path: string): DynamicModule {
  return TypeOrmModule.forRoot({
    type: 'better-sqlite3',
    driver: sqliteDriver(),
    database: path,
    autoLoadEntities: true,
  });
}
