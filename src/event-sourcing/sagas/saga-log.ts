import { Injectable } from '@nestjs/common';
import { currentContext } from '../context/message-context.js';
import { ConcurrencyError, DuplicateEventError } from '../errors/store.errors.js';
import { CommittedEvents } from '../events/committed-events.js';
import { EventSerializer } from '../events/event-serializer.js';
import { EventStore } from '../store/event-store.js';
import type { ExpectedRevision } from '../store/expected-revision.js';
import { SagaStepped } from './saga.events.js';

/** A saga as its stream has it. */
export interface SagaState {
  readonly last: SagaStepped | undefined;
  readonly revision: number;
}

/** The streams of sagas. */
@Injectable()
export class SagaLog {
  constructor(
    private readonly store: EventStore,
    private readonly serializer: EventSerializer,
    private readonly committed: CommittedEvents,
  ) {}

  /** The last step is all there is to know; behind it are only triggers that are not answered yet. */
  async load(stream: string): Promise<SagaState> {
    let revision = 0;
    for await (const recorded of this.store.readStream(stream, { direction: 'backwards' })) {
      revision = Math.max(revision, recorded.revision);
      const [envelope] = this.serializer.deserialize(recorded);
      if (envelope.event instanceof SagaStepped) return { last: envelope.event, revision };
    }
    return { last: undefined, revision };
  }

  /**
   * Appends an event under an id that is the same for every try, so that it is there once.
   * @returns false when the stream has moved on; then nothing was written.
   */
  async append(
    stream: string,
    expected: ExpectedRevision,
    event: object,
    id: string,
  ): Promise<boolean> {
    // What the saga stores in answer to an event is not the work of the command that led to the event.
    const { command: _, ...metadata } = currentContext();
    const stored = this.serializer.serialize(event, id, metadata);
    try {
      const result = await this.store.append(stream, expected, [stored]);
      if (!result.repeated) {
        this.committed.announce([{ ...result.events[0], event, type: stored.type, metadata }]);
      }
      return true;
    } catch (error) {
      // Another try has stored it meanwhile, behind something else.
      if (error instanceof DuplicateEventError) return true;
      if (error instanceof ConcurrencyError) return false;
      throw error;
    }
  }
}
