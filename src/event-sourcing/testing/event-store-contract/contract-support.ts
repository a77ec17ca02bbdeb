import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  ConcurrencyError,
  DuplicateEventError,
  InvalidEventError,
} from '../../errors/store.errors.js';
import { AppendResult, EventStore } from '../../store/event-store.js';
import { ExpectedRevision } from '../../store/expected-revision.js';
import { NewEvent, RecordedEvent } from '../../store/recorded-event.js';

/** An event with an id of its own. */
export function newEvent(properties: Partial<NewEvent> = {}): NewEvent {
  return { id: randomUUID(), type: 'thing.happened', version: 1, data: {}, ...properties };
}

export function newEvents(count: number, properties: Partial<NewEvent> = {}): NewEvent[] {
  return Array.from({ length: count }, () => newEvent(properties));
}

export async function collect<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of iterable) all.push(item);
  return all;
}

export function wholeLog(store: EventStore): Promise<RecordedEvent[]> {
  return collect(store.readLog());
}

export function idsOf(events: readonly { readonly id: string }[]): string[] {
  return events.map(({ id }) => id);
}

/** The numbers from `first` to `last`. */
export function numbers(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** An append that was refused because `stream` was not at `expected` but at `actual`. */
export async function assertConflict(
  append: Promise<AppendResult>,
  stream: string,
  expected: ExpectedRevision,
  actual: number,
): Promise<void> {
  const error = await rejection(append);
  assert.ok(error instanceof ConcurrencyError, `a ConcurrencyError was expected, not ${error}`);
  assert.deepEqual(
    { stream: error.stream, expected: error.expected, actual: error.actual },
    { stream, expected, actual },
  );
}

/** An append that was refused because `eventId` is in the log already, at another place. */
export async function assertDuplicate(
  append: Promise<AppendResult>,
  eventId: string,
): Promise<void> {
  const error = await rejection(append);
  assert.ok(error instanceof DuplicateEventError, `a DuplicateEventError was expected: ${error}`);
  assert.equal(error.eventId, eventId);
}

export async function assertInvalid(append: Promise<AppendResult>, what: string): Promise<void> {
  const error = await rejection(append);
  assert.ok(
    error instanceof InvalidEventError,
    `${what}: InvalidEventError expected, not ${error}`,
  );
}

/** An append that answers as `first` did, and says that it wrote nothing. */
export function assertRepeats(repetition: AppendResult, first: AppendResult): void {
  assert.deepEqual(repetition, { ...first, repeated: true });
}

/** Runs `attempt`, and holds the log against what it was before. */
export async function assertNothingWritten(
  store: EventStore,
  attempt: () => Promise<unknown>,
): Promise<void> {
  const before = await wholeLog(store);
  await attempt();
  assert.deepEqual(await wholeLog(store), before);
  assert.equal(await store.headPosition(), before.length);
}

/** Does `work` so many times, one after the other. */
export async function times(count: number, work: () => Promise<unknown>): Promise<void> {
  for (let nr = 0; nr < count; nr += 1) await work();
}

/** Does `meanwhile` again and again, at least once, until `work` is done. */
export async function during(
  work: Promise<unknown>,
  meanwhile: () => Promise<void>,
): Promise<void> {
  let working = true;
  const watch = async (): Promise<void> => {
    do {
      await meanwhile();
      await nextTurn();
    } while (working);
  };
  await Promise.all([work.finally(() => (working = false)), watch()]);
}

async function rejection(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    () => new Error('nothing: the append was accepted'),
    (error: unknown) => error,
  );
  return outcome instanceof Error ? outcome : new Error(String(outcome));
}
