import { Inject, Injectable } from '@nestjs/common';
import { EVENT_DATABASE, type OptionalEventDatabase } from './event-database.provider.js';

/** Whether the database has the tables this process expects. */
@Injectable()
export class MigrationStatus {
  constructor(@Inject(EVENT_DATABASE) private readonly database: OptionalEventDatabase) {}

  /** The names of migrations the database has not seen. None after the boot, unless the database was replaced. */
  async pending(): Promise<readonly string[]> {
    return (await this.database?.pendingMigrations()) ?? [];
  }
}
