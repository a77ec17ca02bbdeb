import { Injectable } from '@nestjs/common';
import { CheckpointedHandlers, EventStore } from '../../event-sourcing/index.js';
import { NotReadyError } from './not-ready.error.js';
import { ReadinessCheck } from './readiness-check.js';

const MAX_LAG = 10_000;

/** Whether the handlers that follow the log are close behind it. */
@Injectable()
export class HandlersReadinessCheck extends ReadinessCheck {
  readonly name = 'handlers';

  constructor(
    private readonly handlers: CheckpointedHandlers,
    private readonly store: EventStore,
  ) {
    super();
  }

  async check(): Promise<Readonly<Record<string, unknown>>> {
    const head = await this.store.headPosition();
    const lags = this.handlers.statuses().map(({ name, position, lastError }) => ({
      name,
      lag: Math.max(0, head - position),
      failing: lastError !== undefined,
    }));
    const behind = lags.filter(({ lag, failing }) => failing || lag > MAX_LAG);
    if (behind.length > 0) {
      const names = behind.map(({ name, lag }) => `${name} (${lag} events behind)`).join(', ');
      throw new NotReadyError(`${names}. The log says why a handler fails.`);
    }
    return { lag: Object.fromEntries(lags.map(({ name, lag }) => [name, lag])) };
  }
}
