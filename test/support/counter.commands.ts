import { CommandHandler } from '@nestjs/cqrs';
import {
  AggregateCommitter,
  AggregateRepository,
  InjectAggregateRepository,
  RepeatableCommand,
} from '../../src/event-sourcing/index.js';
import { Counter, NothingToCountError } from './counter.aggregate.js';

export interface Count {
  readonly total: number;
  readonly revision: number;
}

const countOf = ({ total, revision }: Counter): Count => ({ total, revision });

interface IncreaseOptions {
  readonly commandId?: string;
  readonly expectedRevision?: number;
  /** Refused when the total would be more. */
  readonly upTo?: number;
}

export class Increase extends RepeatableCommand<Count> {
  readonly expectedRevision?: number;
  readonly upTo: number;

  constructor(
    readonly id: string,
    readonly by: number,
    { commandId, expectedRevision, upTo = 1_000 }: IncreaseOptions = {},
  ) {
    super(commandId);
    this.expectedRevision = expectedRevision;
    this.upTo = upTo;
  }
}

@CommandHandler(Increase)
export class IncreaseHandler {
  constructor(
    @InjectAggregateRepository(Counter) private readonly counters: AggregateRepository<Counter>,
  ) {}

  async execute(command: Increase): Promise<Count> {
    const { id, by, upTo, expectedRevision } = command;
    const increase = (counter: Counter): void => {
      if (counter.total + by > upTo) throw new NothingToCountError(by);
      counter.increase(by);
    };
    return countOf(await this.counters.execute(id, increase, { expectedRevision, command }));
  }
}

/** Says the same as `Increase`, and is another command. */
export class IncreaseTwice extends Increase {}

/** Two events in one append. */
@CommandHandler(IncreaseTwice)
export class IncreaseTwiceHandler {
  constructor(
    @InjectAggregateRepository(Counter) private readonly counters: AggregateRepository<Counter>,
  ) {}

  async execute(command: IncreaseTwice): Promise<Count> {
    const increase = (counter: Counter): void => {
      counter.increase(command.by);
      counter.increase(command.by);
    };
    return countOf(await this.counters.execute(command.id, increase, { command }));
  }
}

export class RaiseTo extends RepeatableCommand<Count> {
  constructor(
    readonly id: string,
    readonly total: number,
    commandId: string,
  ) {
    super(commandId);
  }
}

@CommandHandler(RaiseTo)
export class RaiseToHandler {
  constructor(
    @InjectAggregateRepository(Counter) private readonly counters: AggregateRepository<Counter>,
  ) {}

  async execute(command: RaiseTo): Promise<Count> {
    const raise = (counter: Counter): void => {
      if (counter.total < command.total) counter.increase(command.total - counter.total);
    };
    return countOf(await this.counters.execute(command.id, raise, { command }));
  }
}

export class StartPair extends RepeatableCommand<Count> {
  constructor(
    readonly id: string,
    readonly otherId: string,
    commandId: string,
  ) {
    super(commandId);
  }
}

/** Two aggregates in one append. */
@CommandHandler(StartPair)
export class StartPairHandler {
  constructor(
    @InjectAggregateRepository(Counter) private readonly counters: AggregateRepository<Counter>,
    private readonly committer: AggregateCommitter,
  ) {}

  async execute(command: StartPair): Promise<Count> {
    const start = async () => {
      const [one, other] = [new Counter(command.id), new Counter(command.otherId)];
      one.start('one');
      other.start('other');
      return { aggregate: one, stored: await this.committer.commitOnce(command, one, other) };
    };
    return countOf(await this.counters.once(command.id, command, start));
  }
}

export class IncreaseBoth extends StartPair {}

/** Wrong: two appends. */
@CommandHandler(IncreaseBoth)
export class IncreaseBothHandler {
  constructor(
    @InjectAggregateRepository(Counter) private readonly counters: AggregateRepository<Counter>,
  ) {}

  async execute(command: IncreaseBoth): Promise<Count> {
    const increase = (counter: Counter): void => counter.increase(1);
    await this.counters.execute(command.id, increase, { command });
    return countOf(await this.counters.execute(command.otherId, increase, { command }));
  }
}

export const COUNTER_COMMAND_HANDLERS = [
  IncreaseHandler,
  IncreaseTwiceHandler,
  RaiseToHandler,
  StartPairHandler,
  IncreaseBothHandler,
];
