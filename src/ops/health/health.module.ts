import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { EventStoreReadinessCheck } from './event-store.readiness-check.js';
import { ProcessorsReadinessCheck } from './processors.readiness-check.js';
import { HealthController } from './health.controller.js';
import { MigrationsReadinessCheck } from './migrations.readiness-check.js';
import { Readiness } from './readiness.js';
import { ShutdownReadinessCheck } from './shutdown.readiness-check.js';

/** Whether the process runs, and whether it can do its work. */
@Module({
  // Readiness logs what fails, with its cause.
  imports: [DiscoveryModule, TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [
    Readiness,
    EventStoreReadinessCheck,
    MigrationsReadinessCheck,
    ProcessorsReadinessCheck,
    ShutdownReadinessCheck,
  ],
})
export class HealthModule {}
