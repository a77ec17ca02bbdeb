import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { NotReadyError } from './not-ready.error.js';
import { ReadinessCheck } from './readiness-check.js';

/** Fails from the moment the application begins to shut down, while it still finishes what it has begun. */
@Injectable()
export class ShutdownReadinessCheck extends ReadinessCheck implements OnModuleDestroy {
  readonly name = 'shutdown';
  private isShuttingDown = false;

  onModuleDestroy(): void {
    this.isShuttingDown = true;
  }

  check(): Promise<Readonly<Record<string, unknown>>> {
    return this.isShuttingDown
      ? Promise.reject(new NotReadyError('The server is shutting down.'))
      : Promise.resolve({});
  }
}
