import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { v5 } from 'uuid';
import {
  ContinuesOn,
  DomainError,
  DomainEvent,
  DurableSaga,
  EventStore,
  OnDeadline,
  OnRefusal,
  RepeatableCommand,
  type SagaStep,
  StartsOn,
  step,
  StoredCommand,
  StoreUnavailableError,
} from '../../src/event-sourcing/index.js';

@DomainEvent('errand.asked')
export class ErrandAsked {
  constructor(
    readonly errandId: string,
    readonly what: 'easy' | 'forbidden' | 'forgotten',
  ) {}
}

@DomainEvent('errand.run')
export class ErrandRun {
  constructor(readonly errandId: string) {}
}

@DomainEvent('errand.cancelled')
export class ErrandCancelled {
  constructor(
    readonly errandId: string,
    readonly reason: string,
  ) {}
}

@StoredCommand('errand.run')
export class RunErrand extends RepeatableCommand<void> {
  constructor(
    readonly errandId: string,
    readonly what: string,
  ) {
    super();
  }
}

@StoredCommand('errand.cancel')
export class CancelErrand extends RepeatableCommand<void> {
  constructor(
    readonly errandId: string,
    readonly reason: string,
  ) {
    super();
  }
}

class ForbiddenErrandError extends DomainError {
  readonly code = 'forbidden-errand';
}

/** How often `RunErrand` still finds the database away. */
export const outages = { left: 0 };

@CommandHandler(RunErrand)
export class RunErrandHandler implements ICommandHandler<RunErrand> {
  constructor(private readonly store: EventStore) {}

  async execute({ errandId, what, commandId }: RunErrand): Promise<void> {
    if (what === 'forbidden') throw new ForbiddenErrandError('Nobody may do that.');
    if (what === 'forgotten') return;
    if (outages.left > 0) {
      outages.left -= 1;
      throw new StoreUnavailableError('It is away.');
    }
    await append(this.store, `errand_run-${errandId}`, 'errand.run', { errandId }, commandId);
  }
}

@CommandHandler(CancelErrand)
export class CancelErrandHandler implements ICommandHandler<CancelErrand> {
  constructor(private readonly store: EventStore) {}

  async execute({ errandId, reason, commandId }: CancelErrand): Promise<void> {
    const data = { errandId, reason };
    await append(this.store, `errand_end-${errandId}`, 'errand.cancelled', data, commandId);
  }
}

async function append(
  store: EventStore,
  stream: string,
  type: string,
  data: Readonly<Record<string, string>>,
  commandId = '',
): Promise<void> {
  const id = v5(type, commandId);
  await store.append(stream, 'any', [{ id, type, version: 1, data }]);
}

interface ErrandState {
  readonly errandId: string;
}

export const PATIENCE_MS = 60_000;

@DurableSaga({ name: 'errand', correlatedBy: 'errandId' })
export class ErrandSaga {
  @StartsOn(ErrandAsked)
  asked({ errandId, what }: ErrandAsked): SagaStep<ErrandState> {
    return step({ errandId })
      .send(new RunErrand(errandId, what))
      .setDeadline('patience', { afterMs: PATIENCE_MS });
  }

  @ContinuesOn(ErrandRun)
  run(_event: ErrandRun, state: ErrandState): SagaStep<ErrandState> {
    return step(state).complete();
  }

  @OnRefusal(RunErrand)
  refused({ message }: { readonly message: string }, state: ErrandState): SagaStep<ErrandState> {
    return step(state).send(new CancelErrand(state.errandId, message)).complete();
  }

  @OnDeadline('patience')
  late(state: ErrandState): SagaStep<ErrandState> {
    return step(state).send(new CancelErrand(state.errandId, 'It took too long.')).complete();
  }
}
