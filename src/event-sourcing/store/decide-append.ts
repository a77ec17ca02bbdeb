import { ConcurrencyError, DuplicateEventError } from '../errors/store.errors.js';
import { AppendedEvent, AppendResult, StreamAppend } from './event-store.js';
import { ExpectedRevision, revisionIsAsExpected } from './expected-revision.js';

/** What a decision needs to know of the log, as it is under the lock the decision is taken in. */
export interface LogState {
  head(): number;
  /** 0 when there is no such stream. */
  revisionOf(stream: string): number;
  /** Where the event with this id stands, if it is in the log. */
  placeOf(eventId: string): AppendedEvent | undefined;
}

/** The part of an append that decides about it. */
export type AppendIntent = Pick<StreamAppend, 'stream' | 'expectedRevision'> & {
  readonly events: readonly { readonly id: string }[];
};

/**
 * The rules of an append, for stores that take their decision in this process. Pure: it writes nothing, and the
 * caller must hold the log unchanged until it has written what this returns.
 *
 * @returns where each event stands, or will stand; `repeated` when there is nothing to write.
 * @throws ConcurrencyError, DuplicateEventError
 */
export function decideAppend(intents: readonly AppendIntent[], log: LogState): AppendResult {
  const known = knownPlaces(intents, log);
  if (known.length > 0) return firstResult(intents, known);
  const revisions = intents.map(({ stream, expectedRevision }) => {
    const actual = log.revisionOf(stream);
    if (!revisionIsAsExpected(actual, expectedRevision)) {
      throw new ConcurrencyError(stream, expectedRevision, actual);
    }
    return actual;
  });
  const head = log.head();
  const events: AppendedEvent[] = [];
  intents.forEach(({ stream, events: appended }, nth) => {
    appended.forEach(({ id }, index) => {
      const position = head + events.length + 1;
      events.push({ id, stream, revision: revisions[nth] + index + 1, position });
    });
  });
  return { events, position: head + events.length, repeated: false };
}

function knownPlaces(intents: readonly AppendIntent[], log: LogState): AppendedEvent[] {
  return intents
    .flatMap(({ events }) => events.map(({ id }) => log.placeOf(id)))
    .filter((place) => place !== undefined);
}

/** The result of the append that is being repeated: same ids, same streams, same order, same place. */
function firstResult(
  intents: readonly AppendIntent[],
  known: readonly AppendedEvent[],
): AppendResult {
  const first = known[0].position;
  let index = 0;
  for (const { stream, expectedRevision, events } of intents) {
    events.forEach(({ id }, offset) => {
      const place = known.at(index);
      const samePlace =
        place?.id === id &&
        place.stream === stream &&
        place.position === first + index &&
        (offset > 0 || couldFollow(place.revision, expectedRevision));
      if (!samePlace) throw new DuplicateEventError(known[0].id);
      index += 1;
    });
  }
  // Copies: what `placeOf` gives may be the log's own.
  const events = known.map(({ id, stream, revision, position }) => ({
    id,
    stream,
    revision,
    position,
  }));
  return { events, position: first + index - 1, repeated: true };
}

/** Whether an append that expected `expected` could have written its first event at `revision`. */
function couldFollow(revision: number, expected: ExpectedRevision): boolean {
  return revisionIsAsExpected(revision - 1, expected);
}
