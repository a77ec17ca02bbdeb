import { type DynamicModule, Module } from '@nestjs/common';
import { EventSourcingModule } from '../../event-sourcing/index.js';
import { ApiKeysModule } from '../../security/keys/api-keys.module.js';
import { sqliteFile } from '../sqlite-file.module.js';

/** The keys of a hub, on its database. */
@Module({})
export class KeysModule {
  static on(database: string): DynamicModule {
    return {
      module: KeysModule,
      imports: [sqliteFile(database), EventSourcingModule.forRoot(), ApiKeysModule],
    };
  }
}
