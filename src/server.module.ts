import { type DynamicModule, Module } from '@nestjs/common';
import { AppModule } from './app.module.js';
import type { AppConfig } from './config/app-config.js';
import { HubModule } from './hub/hub.module.js';
import { OpsModule } from './ops/ops.module.js';
import { OperationsModule } from './ops/operations.module.js';
import { SecurityModule } from './security/security.module.js';

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
        ...(config.auth ? [SecurityModule.of(config.auth)] : []),
        OpsModule,
        ...(config.servesOperations ? [OperationsModule] : []),
        ...(config.servesHub ? [HubModule.forRoot(config.subscriptions)] : []),
      ],
    };
  }
}
