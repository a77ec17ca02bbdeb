import { Injectable } from '@nestjs/common';
import { Processors, type ProcessorStatus } from '../../event-sourcing/index.js';
import { NotReadyError } from './not-ready.error.js';
import { ReadinessCheck } from './readiness-check.js';

const MAX_LAG = 10_000;

/**
 * Whether the processors are close behind the log. One that is paused is so on purpose, and one that has parked events
 * goes on with all others: both are told, and neither keeps requests away.
 */
@Injectable()
export class ProcessorsReadinessCheck extends ReadinessCheck {
  readonly name = 'processors';

  constructor(private readonly processors: Processors) {
    super();
  }

  async check(): Promise<Readonly<Record<string, unknown>>> {
    const statuses = await this.processors.statuses();
    const notReady = statuses.map(problemOf).filter((problem) => problem !== undefined);
    if (notReady.length > 0) {
      throw new NotReadyError(`${notReady.join(', ')}. The log says why a processor fails.`);
    }
    const told = (what: (status: ProcessorStatus) => unknown) =>
      Object.fromEntries(statuses.map((status) => [status.name, what(status)]));
    return {
      state: told(({ state }) => state),
      lag: told(({ lagEvents }) => lagEvents),
      parked: told(({ parked }) => parked),
    };
  }
}

function problemOf({ name, state, lagEvents, parked }: ProcessorStatus): string | undefined {
  const isStuck = state === 'retrying' || state === 'stalled';
  const isFarBehind = lagEvents > MAX_LAG && state !== 'paused';
  if (!isStuck && !isFarBehind) return undefined;
  return `${name} (${state}, ${lagEvents} events behind, ${parked} parked)`;
}
