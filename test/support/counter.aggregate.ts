import { Aggregate, AggregateRoot, DomainError } from '../../src/event-sourcing/index.js';
import { CounterIncreased, CounterStarted } from './counter.events.js';

export class NothingToCountError extends DomainError {
  readonly code = 'nothing-to-count';

  constructor(readonly by: number) {
    super(`A counter cannot be increased by ${by}.`);
  }
}

/** The aggregate of the tests of the kit. */
@Aggregate('counter')
export class Counter extends AggregateRoot {
  label = '';
  total = 0;

  start(label: string): void {
    this.apply(new CounterStarted(label));
  }

  increase(by: number): void {
    if (by <= 0) throw new NothingToCountError(by);
    this.apply(new CounterIncreased(by));
  }

  onCounterStarted({ label }: CounterStarted): void {
    this.label = label;
  }

  onCounterIncreased({ by }: CounterIncreased): void {
    this.total += by;
  }
}
