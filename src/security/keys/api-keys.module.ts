import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventSourcingModule } from '../../event-sourcing/index.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeys } from './api-keys.js';
import { CreateApiKeys1764000000401 } from './create-api-keys.migration.js';
import { KeyRing } from './key-ring.js';
import { KeyVerifier } from './key-verifier.js';
import { ListApiKeys } from './list-api-keys.query.js';

/** Keys and their table. */
@Module({
  imports: [
    EventSourcingModule.forFeature([], { migrations: [CreateApiKeys1764000000401] }),
    TypeOrmModule.forFeature([ApiKey]),
  ],
  providers: [ListApiKeys, ApiKeys, KeyRing, KeyVerifier],
  exports: [ApiKeys, KeyVerifier],
})
export class ApiKeysModule {}
