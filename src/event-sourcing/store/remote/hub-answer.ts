import { HubAccessError, RefusedByHubError } from '../../errors/hub.errors.js';
import type { EventSourcingError } from '../../errors/event-sourcing.error.js';
import {
  ConcurrencyError,
  DuplicateEventError,
  StoreUnavailableError,
} from '../../errors/store.errors.js';
import type { ExpectedRevision } from '../expected-revision.js';

/** What the hub says when it does not do what it is asked. */
export interface HubProblem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly stream?: string;
  readonly expectedRevision?: ExpectedRevision;
  readonly actualRevision?: number;
  readonly eventId?: string;
}

/** Of which nothing is to be made but another try. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Whether the same request may succeed shortly. */
export function isPassing({ status }: Pick<HubProblem, 'status'>): boolean {
  return PASSING.has(status);
}

/** A problem as whoever uses the log knows it. */
export function errorOf(problem: HubProblem): EventSourcingError {
  const { status, code, detail, stream, expectedRevision, actualRevision, eventId } = problem;
  if (stream !== undefined && expectedRevision !== undefined && actualRevision !== undefined) {
    return new ConcurrencyError(stream, expectedRevision, actualRevision);
  }
  if (code === 'duplicate-event' && eventId !== undefined) return new DuplicateEventError(eventId);
  if (status === 401 || status === 403) return new HubAccessError(detail);
  return isPassing(problem)
    ? new StoreUnavailableError(`The hub cannot do this at the moment: ${detail}`)
    : new RefusedByHubError(code, status, detail);
}

/** The problem in an answer; where it has none, what answers is no hub, or something in between. */
export function problemIn(status: number, text: string): HubProblem {
  try {
    const { code, detail, ...rest } = JSON.parse(text) as Partial<HubProblem>;
    if (typeof code === 'string' && typeof detail === 'string') {
      return { ...rest, status, code, detail };
    }
  } catch {
    // Said below.
  }
  return { status, code: 'no-hub', detail: `What answers there is no hub: it says ${status}.` };
}
