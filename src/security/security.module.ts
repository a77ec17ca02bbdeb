import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessGuard } from './http/access.guard.js';
import { Admission } from './http/admission.js';
import { Authenticator } from './http/authenticator.js';
import { ApiKeysModule } from './keys/api-keys.module.js';
import { RateLimits } from './limits/rate-limits.js';
import { SECURITY_OPTIONS, type SecurityOptions } from './security-options.js';
import { TokenVerifier } from './tokens/token-verifier.js';

/** Asks everybody who sends a request who they are, and lets them do what they have the right to. */
@Module({})
export class SecurityModule {
  static of(options: SecurityOptions): DynamicModule {
    return {
      module: SecurityModule,
      imports: [ApiKeysModule],
      providers: [
        { provide: SECURITY_OPTIONS, useValue: options },
        TokenVerifier,
        RateLimits,
        Authenticator,
        Admission,
        { provide: APP_GUARD, useClass: AccessGuard },
      ],
    };
  }
}
