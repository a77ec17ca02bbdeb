import { AssertionError } from 'node:assert';
import { failureOf } from '../../../test/support/async.js';
import { Counter, NothingToCountError } from '../../../test/support/counter.aggregate.js';
import { CounterIncreased, CounterStarted } from '../../../test/support/counter.events.js';
import { DomainError } from '../errors/event-sourcing.error.js';
import { specify } from './aggregate-specification.js';

const started = new CounterStarted('visits');

/** Looks like `CounterIncreased`, and is another class. */
class CounterDecreased {
  constructor(readonly by: number) {}
}

async function failureOfSpecification(specification: Promise<void>): Promise<Error> {
  const failure = await failureOf(specification);
  expect(failure).toBeInstanceOf(AssertionError);
  return failure;
}

describe('a specification of an aggregate passes', () => {
  it('when exactly the expected events were applied, in order', () =>
    specify(Counter)
      .given(started)
      .when((counter) => {
        counter.increase(1);
        counter.increase(2);
      })
      .then(new CounterIncreased(1), new CounterIncreased(2)));

  it('when nothing was given', () =>
    specify(Counter)
      .when((counter) => counter.start('visits'))
      .then(started));

  it('when nothing was to be applied and nothing was', () =>
    specify(Counter)
      .given(started)
      .when(() => undefined)
      .then());

  it('when the behaviour takes its time', () =>
    specify(Counter)
      .when(async (counter) => {
        await Promise.resolve();
        counter.increase(1);
      })
      .then(new CounterIncreased(1)));

  it.each([
    ['class', NothingToCountError],
    ['an equal error', new NothingToCountError(0)],
    ['a pattern of its message', /cannot be increased by 0\.$/],
    ['a class it extends', DomainError as unknown as typeof NothingToCountError],
  ])('when the expected error was thrown, told by %s', (_, error) =>
    specify(Counter)
      .given(started)
      .when((counter) => counter.increase(0))
      .then(error),
  );

  it('when the expected error came later', () =>
    specify(Counter)
      .when(async (counter) => {
        await Promise.resolve();
        counter.increase(0);
      })
      .then(NothingToCountError));

  it('when the state is as asserted', () =>
    specify(Counter)
      .given(started, new CounterIncreased(2))
      .when((counter) => counter.increase(3))
      .thenState(({ total }) => expect(total).toBe(5)));

  it('with the id it was given, or one of its own', async () => {
    const ids: string[] = [];
    const look = (counter: Counter): number => ids.push(counter.id);
    await specify(Counter, '7').when(look).then();
    await specify(Counter).when(look).then();
    expect(ids).toEqual(['7', expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  });

  it('again, when a part of it is used twice', async () => {
    const given = specify(Counter).given(started);
    for (const by of [1, 2]) {
      await given.when((counter) => counter.increase(by)).then(new CounterIncreased(by));
    }
  });
});

describe('a specification of an aggregate fails', () => {
  const increaseBy1 = specify(Counter)
    .given(started)
    .when((counter) => counter.increase(1));

  it.each([
    ['another property', [new CounterIncreased(2)]],
    ['another class', [new CounterDecreased(1)]],
    ['a plain object', [{ by: 1 }]],
    ['one event too many', [new CounterIncreased(1), new CounterIncreased(1)]],
    ['none', []],
    ['what was given', [started, new CounterIncreased(1)]],
  ])('when %s was expected', async (_, expected) => {
    await failureOfSpecification(increaseBy1.then(...expected));
  });

  it('when the events came in another order', async () => {
    const startLate = specify(Counter).when((counter) => {
      counter.increase(1);
      counter.start('visits');
    });
    await failureOfSpecification(startLate.then(started, new CounterIncreased(1)));
  });

  it('and shows the difference', async () => {
    const failure = await failureOfSpecification(increaseBy1.then(new CounterIncreased(2)));
    expect(failure.message).toMatch(/\+\s+by: 1[\s\S]*-\s+by: 2/);
  });

  it('when an error was expected and none was thrown', async () => {
    const failure = await failureOfSpecification(increaseBy1.then(NothingToCountError));
    expect(failure.message).toMatch(/Missing expected rejection/);
  });

  it.each([
    ['another class', TypeError],
    ['another message', /not to be found/],
    ['another property', new NothingToCountError(-1)],
  ])('when an error of %s was expected', async (_, error) => {
    const increaseBy0 = specify(Counter).when((counter) => counter.increase(0));
    await failureOfSpecification(increaseBy0.then(error));
  });

  it('when the expected error came after an event was applied', async () => {
    const halfDone = specify(Counter).when((counter) => {
      counter.increase(1);
      counter.increase(0);
    });
    await failureOfSpecification(halfDone.then(NothingToCountError));
  });

  it('with the error that was thrown, where none was expected', async () => {
    const increaseBy0 = specify(Counter).when((counter) => counter.increase(0));
    expect(await failureOf(increaseBy0.then())).toBeInstanceOf(NothingToCountError);
  });

  it('when what was given cannot have happened, whatever error was expected', async () => {
    const impossible = specify(Counter)
      .given(new CounterDecreased(1))
      .when((counter) => counter.increase(0));
    const failure = await failureOf(impossible.then(Error));
    expect(failure.message).toMatch(/^Counter cannot apply CounterDecreased/);
  });

  it('when the assertions about the state do', async () => {
    const failing = increaseBy1.thenState(({ total }) => expect(total).toBe(7));
    expect((await failureOf(failing)).message).toMatch(/Expected: .*7/);
  });

  it('when it was awaited without being told what to expect', async () => {
    const unfinished = Promise.resolve(increaseBy1 as unknown as PromiseLike<void>);
    expect((await failureOf(unfinished)).message).toMatch(/^Say what must come of it: \.then\(/);
  });
});
