import { type DynamicModule, Module } from '@nestjs/common';
import { AppModule } from './app.module.js';
import type { AppConfig } from './config/app-config.js';
import type { SubscriptionSettings } from './config/subscription-settings.js';
import { OpsModule } from './ops/ops.module.js';
import { OperationsModule } from './ops/operations.module.js';
import type { SecurityOptions } from './security/security-options.js';

type ServerSettings = Pick<
  AppConfig,
  | 'auth'
  | 'contexts'
  | 'hub'
  | 'hubSource'
  | 'nats'
  | 'servesOperations'
  | 'servesHub'
  | 'subscriptions'
>;

/** The services, and what those who run a server need. */
@Module({})
export class ServerModule {
  static of(config: ServerSettings): DynamicModule {
    return {
      module: ServerModule,
      imports: [
        AppModule.of(config),
        ...(config.auth ? [security(config.auth)] : []),
        OpsModule,
        ...(config.servesOperations ? [OperationsModule] : []),
        ...(config.servesHub ? [hub(config.subscriptions)] : []),
      ],
    };
  }
}

// What is not asked for is not loaded: a process starts much sooner without.

async function security(options: SecurityOptions): Promise<DynamicModule> {
  const { SecurityModule } = await import('./security/security.module.js');
  return SecurityModule.of(options);
}

async function hub(options: SubscriptionSettings): Promise<DynamicModule> {
  const { HubModule } = await import('./hub/hub.module.js');
  return HubModule.forRoot(options);
}
