import { Injectable } from '@nestjs/common';
import { MigrationStatus } from '../../event-sourcing/index.js';
import { NotReadyError } from './not-ready.error.js';
import { ReadinessCheck } from './readiness-check.js';

/** Whether the database has the tables this process works with. */
@Injectable()
export class MigrationsReadinessCheck extends ReadinessCheck {
  readonly name = 'migrations';

  constructor(private readonly migrations: MigrationStatus) {
    super();
  }

  async check(): Promise<Readonly<Record<string, unknown>>> {
    const pending = await this.migrations.pending();
    if (pending.length === 0) return {};
    throw new NotReadyError(`${pending.join(', ')} not run. Restart the process to run them.`);
  }
}
