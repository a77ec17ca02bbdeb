import { IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Page, pageOf } from '../../../common/read-model/page.js';
import {
  AggregateNotFoundError,
  EventStore,
  RecordedEvent,
  streamName,
} from '../../../event-sourcing/index.js';

/** What has happened to a user, event by event, as it is stored. */
export class FindUserHistory extends Query<Page<RecordedEvent>> {
  constructor(
    readonly id: string,
    readonly limit: number,
    /** The revision behind which to go on. */
    readonly after = 0,
  ) {
    super();
  }
}

@QueryHandler(FindUserHistory)
export class FindUserHistoryHandler implements IQueryHandler<FindUserHistory> {
  constructor(private readonly store: EventStore) {}

  async execute({ id, limit, after }: FindUserHistory): Promise<Page<RecordedEvent>> {
    const stream = streamName('user', id);
    const events: RecordedEvent[] = [];
    for await (const event of this.store.readStream(stream, {
      from: after + 1,
      limit: limit + 1,
    })) {
      events.push(event);
    }
    if (events.length === 0 && (await this.store.streamRevision(stream)) === 0) {
      throw new AggregateNotFoundError('user', id);
    }
    return pageOf(events, limit, ({ revision }) => revision);
  }
}
