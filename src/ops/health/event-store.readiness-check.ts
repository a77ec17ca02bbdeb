import { Injectable } from '@nestjs/common';
import { EventStore } from '../../event-sourcing/index.js';
import { ReadinessCheck } from './readiness-check.js';

@Injectable()
export class EventStoreReadinessCheck extends ReadinessCheck {
  readonly name = 'event-store';

  constructor(private readonly store: EventStore) {
    super();
  }

  async check(): Promise<Readonly<Record<string, unknown>>> {
    return { headPosition: await this.store.headPosition() };
  }
}
