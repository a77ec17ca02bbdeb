import { Logger } from '@nestjs/common';
import { UnrecoverableError } from '../errors/processor.errors.js';
import type { Trial } from '../processing/effect-processor.js';
import { messageOf } from '../processing/failures.js';
import type { SagaDefinition } from './saga-definition.js';
import type { SagaFailure, SagaWork, Verdict } from './saga-failure.js';

type ErrorMethod = (failure: SagaFailure) => Verdict;

/** Has a saga say by its `@OnError` method what becomes of its failures. */
export class SagaJudge {
  private readonly logger: Logger;
  private readonly method: string | undefined;

  constructor(
    { methods, sagaClass }: SagaDefinition,
    private readonly saga: object,
  ) {
    this.logger = new Logger(sagaClass.name);
    this.method = methods.find(({ trigger }) => trigger.on === 'error')?.name;
  }

  /**
   * Resolves when the work is done, or given up by a verdict.
   *
   * @param what says what the work is about, if it fails
   * @throws what the work throws in an outage, and where the verdict is to try again; UnrecoverableError where it is to park
   */
  async during(work: () => Promise<void>, what: () => SagaWork, trial: Trial): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.method === undefined || trial.isOutage(error)) throw error;
      const about = what();
      const verdict = this.ask({ ...about, error, attempts: trial.attempts });
      if (verdict === 'park') throw new UnrecoverableError(messageOf(error), { cause: error });
      if (verdict !== 'skip') throw error;
      this.logger.warn(
        `${nameOf(about)} is given up, as @OnError says, after: ${messageOf(error)}`,
      );
    }
  }

  private ask(failure: SagaFailure): Verdict {
    const saga = this.saga as Readonly<Record<string, ErrorMethod>>;
    return saga[this.method as string](failure);
  }
}

function nameOf(work: SagaWork): string {
  switch (work.during) {
    case 'event':
      return work.event.constructor.name;
    case 'refusal':
      return `The refusal of ${work.command.constructor.name}`;
    case 'deadline':
      return `The deadline "${work.deadline}"`;
    case 'command':
      return work.command.constructor.name;
  }
}
