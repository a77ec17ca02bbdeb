import assert from 'node:assert/strict';
import { AggregateClass } from '../aggregate/aggregate-repository.js';
import { AggregateRoot } from '../aggregate/aggregate-root.js';

/** What is expected to have been thrown: its class, an equal error, or a pattern its message matches. */
export type ExpectedError = (new (...args: never[]) => Error) | Error | RegExp;

/** The last step: what must have come of it. Rejects with an `AssertionError` that shows the difference. */
export interface Then<T extends AggregateRoot> {
  /** This was thrown, and nothing was applied. */
  then(error: ExpectedError): Promise<void>;
  /** Exactly these events were applied, in this order, class and properties alike; none, where none are given. */
  then(...events: readonly object[]): Promise<void>;
  /** The aggregate meets these assertions. */
  thenState(check: (aggregate: T) => void): Promise<void>;
}

export interface When<T extends AggregateRoot> {
  /** The behaviour under test. */
  when(behaviour: (aggregate: T) => unknown): Then<T>;
}

export interface Given<T extends AggregateRoot> extends When<T> {
  /** What has happened before. */
  given(...events: readonly object[]): When<T>;
}

/**
 * Specifies an aggregate by its events: given what happened, when it is asked to do something, then these events
 * follow, or this error. Works with any test runner.
 *
 * @example
 * await specify(User)
 *   .given(new UserCreated('john_doe', 'john@example.com'))
 *   .when((user) => user.changeEmail('jd@example.com'))
 *   .then(new UserEmailChanged('jd@example.com'));
 */
export function specify<T extends AggregateRoot>(
  aggregateClass: AggregateClass<T>,
  id = '00000000-0000-7000-8000-000000000001',
): Given<T> {
  const when =
    (history: readonly object[]) =>
    (behaviour: (aggregate: T) => unknown): Then<T> =>
      new Specification(() => new aggregateClass(id), history, behaviour);
  return { given: (...events) => ({ when: when(events) }), when: when([]) };
}

class Specification<T extends AggregateRoot> implements Then<T> {
  constructor(
    private readonly create: () => T,
    private readonly history: readonly object[],
    private readonly behaviour: (aggregate: T) => unknown,
  ) {}

  async then(...expected: readonly object[]): Promise<void> {
    const [first, second] = expected;
    if (typeof first === 'function' && typeof second === 'function') {
      // Awaiting the step before this one lands here, with the promise's own callbacks.
      (second as (error: Error) => void)(
        new Error('Say what must come of it: .then(…events | error).'),
      );
      return;
    }
    const aggregate = this.given();
    const behave = async (): Promise<unknown> => this.behaviour(aggregate);
    if (expected.length === 1 && isExpectedError(first)) {
      await assert.rejects(behave, first);
      assert.deepStrictEqual(aggregate.getUncommittedEvents(), []);
    } else {
      await behave();
      assert.deepStrictEqual(aggregate.getUncommittedEvents(), expected);
    }
  }

  async thenState(check: (aggregate: T) => void): Promise<void> {
    const aggregate = this.given();
    await this.behaviour(aggregate);
    check(aggregate);
  }

  private given(): T {
    const aggregate = this.create();
    aggregate.loadFromHistory(this.history);
    return aggregate;
  }
}

function isExpectedError(expected: object): expected is ExpectedError {
  return typeof expected === 'function' || expected instanceof Error || expected instanceof RegExp;
}
