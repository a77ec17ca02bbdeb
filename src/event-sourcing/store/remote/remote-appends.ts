import { EventSourcingError } from '../../errors/event-sourcing.error.js';
import { RefusedByHubError } from '../../errors/hub.errors.js';
import { AppendResult, StreamAppend } from '../event-store.js';
import { GroupCommit } from '../group-commit.js';
import { eventIdsOf, prepareAppend, PreparedAppend, PreparedEvent } from '../prepared-append.js';
import { errorOf, HubProblem, isPassing } from './hub-answer.js';
import type { HubClient } from './hub-client.js';

type Outcome = AppendResult | EventSourcingError;

/** What the hub says of one append among several: one of the two. */
interface HubOutcome {
  readonly result?: AppendResult;
  readonly problem?: HubProblem;
}

/** What the hub takes in one request. */
const MAX_BATCHES = 200;
const MAX_EVENTS = 1_000;
/** Well below what a hub takes in one body, unless somebody has lowered that. */
const MAX_CHARACTERS = 256 * 1024;
const MAX_WAITING = 10_000;

/** Appends to the hub: while one request is under way others wait, and the next one takes all that wait. */
export class RemoteAppends {
  private readonly flights: GroupCommit<PreparedAppend, Outcome>;

  constructor(private readonly hub: HubClient) {
    this.flights = new GroupCommit({
      fly: (flight) => this.fly(flight),
      weigh: weightOf,
      keysOf: eventIdsOf,
      maxWeight: 1,
      maxWaiting: MAX_WAITING,
      // Then the request was too much as a whole.
      leftNothing: (error) => error instanceof RefusedByHubError,
    });
  }

  /** As `EventStore.appendToStreams`. What is sent again has the same ids, and is stored once. */
  async submit(appends: readonly StreamAppend[]): Promise<AppendResult> {
    const outcome = await this.flights.submit(prepareAppend(appends));
    if (outcome instanceof EventSourcingError) throw outcome;
    return outcome;
  }

  /** Resolves when every append that was submitted has its outcome. */
  drained(): Promise<void> {
    return this.flights.drained();
  }

  /** What the hub has no room for at the moment is sent again, without the rest. */
  private async fly(flight: readonly PreparedAppend[]): Promise<readonly Outcome[]> {
    const outcomes: HubOutcome[] = await this.send(flight);
    const isLeft = ({ problem }: HubOutcome): boolean =>
      problem !== undefined && isPassing(problem);
    if (outcomes.some(isLeft)) {
      await this.hub.patiently(async () => {
        const places = [...outcomes.keys()].filter((place) => isLeft(outcomes[place]));
        const answers = await this.send(places.map((place) => flight[place])).catch(() => []);
        answers.forEach((answer, nth) => (outcomes[places[nth]] = answer));
        return !outcomes.some(isLeft) || undefined;
      });
    }
    return outcomes.map(({ result, problem }) => result ?? errorOf(problem as HubProblem));
  }

  private async send(flight: readonly PreparedAppend[]): Promise<HubOutcome[]> {
    const body = `{"batches":[${flight.map(batchText).join()}]}`;
    const { text } = await this.hub.ask({ method: 'POST', path: '/appends', body });
    return (JSON.parse(text) as { readonly outcomes: HubOutcome[] }).outcomes;
  }
}

/** The part of a request that an append takes, by what it has most of. */
function weightOf({ writes, size }: PreparedAppend): number {
  const events = writes.reduce((sum, write) => sum + write.events.length, 0);
  return Math.max(size / MAX_CHARACTERS, events / MAX_EVENTS, 1 / MAX_BATCHES);
}

function batchText({ writes }: PreparedAppend): string {
  const appends = writes.map(
    ({ stream, expectedRevision, events }) =>
      `{"stream":${JSON.stringify(stream)},"expectedRevision":${JSON.stringify(expectedRevision)},` +
      `"events":[${events.map(eventText).join()}]}`,
  );
  return `{"appends":[${appends.join()}]}`;
}

/** Of texts that are JSON already. */
function eventText({ id, type, version, data, metadata, tags }: PreparedEvent): string {
  return (
    `{"id":"${id}","type":"${type}","version":${version},"data":${data},"metadata":${metadata}` +
    `${tags === null ? '' : `,"tags":${tags}`}}`
  );
}
