import { Injectable, Logger } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { type HealthCheckAttempt, HealthIndicatorService } from '@nestjs/terminus';
import { NotReadyError } from './not-ready.error.js';
import { ReadinessCheck } from './readiness-check.js';

const CHECK_TIMEOUT_MS = 2_000;

/** All readiness checks of the application, found wherever they are provided. */
@Injectable()
export class Readiness {
  private readonly logger = new Logger(Readiness.name);

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly indicators: HealthIndicatorService,
  ) {}

  attempts(): readonly HealthCheckAttempt[] {
    return this.checks().map((check) =>
      this.indicators
        .check(check.name)
        .attempt(() => this.run(check))
        .withTimeout(CHECK_TIMEOUT_MS),
    );
  }

  private checks(): readonly ReadinessCheck[] {
    const providers: readonly { readonly instance: unknown }[] = this.discovery.getProviders();
    const instances = providers.map(({ instance }) => instance);
    return [...new Set(instances)].filter((instance) => instance instanceof ReadinessCheck);
  }

  private async run(check: ReadinessCheck): Promise<Readonly<Record<string, unknown>>> {
    try {
      return await check.check();
    } catch (error) {
      if (error instanceof NotReadyError) throw error;
      this.logger.warn(`${check.name} failed: ${String(error)}`);
      throw new NotReadyError('The check failed; the log says why.');
    }
  }
}
