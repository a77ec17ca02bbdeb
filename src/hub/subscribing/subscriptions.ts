import { Injectable } from '@nestjs/common';
import type { Identity } from '../../common/access/identity.js';
import { ProblemException } from '../../common/problem/problem.exception.js';
import { positionOf } from '../../common/http/position-headers.js';
import { EventStore, LogSubscriptions, ValidationFailedError } from '../../event-sourcing/index.js';
import { placeInLog } from '../reading/place-in-log.js';
import type { SubscribeDto } from './subscribe.dto.js';
import { SubscribingOptions } from './subscribing-options.js';
import { SubscriptionStream } from './subscription-stream.js';
import { whilePermitted } from './while-permitted.js';

const RETRY_AFTER_SECONDS = 5;

/** Those who are subscribed to the log over HTTP. */
@Injectable()
export class Subscriptions {
  private readonly streams = new Set<SubscriptionStream>();

  constructor(
    private readonly store: EventStore,
    private readonly log: LogSubscriptions,
    private readonly options: SubscribingOptions,
  ) {}

  /**
   * @param lastEventId the position that a client has come to, which goes before what it asks for
   * @param caller whose subscription ends when what has proven who it is is not good any more
   * @throws ProblemException when there are too many subscriptions
   * @throws PositionAheadOfLogError, ValidationFailedError
   */
  async open(
    query: SubscribeDto,
    lastEventId: string | undefined,
    caller?: Identity,
  ): Promise<SubscriptionStream> {
    const after = await this.beginning(query, lastEventId);
    this.assertRoom();
    const ending = new AbortController();
    const { category: categories, type: types, correlationId } = query;
    const { signal } = ending;
    const stream = new SubscriptionStream(
      this.log.subscribe({ after, categories, types, correlationId, signal }),
      () => ending.abort(),
      { after, ...this.options },
    );
    this.streams.add(stream);
    const stopLooking = whilePermitted(caller, () => ending.abort());
    stream.once('close', () => {
      stopLooking();
      this.streams.delete(stream);
    });
    return stream;
  }

  private async beginning({ after, since }: SubscribeDto, lastEventId = ''): Promise<number> {
    if (lastEventId !== '') {
      return (await placeInLog(this.store, resumedAt(lastEventId), since)).after;
    }
    if (after === 'end') return this.store.headPosition();
    return (await placeInLog(this.store, after, since)).after;
  }

  private assertRoom(): void {
    const { maxSubscriptions } = this.options;
    if (this.streams.size < maxSubscriptions) return;
    throw new ProblemException({
      status: 503,
      code: 'too-many-subscriptions',
      detail: `This server has ${maxSubscriptions} subscriptions, which are the most it takes. Try again later.`,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  }
}

/** @throws ValidationFailedError when it is none of ours. */
function resumedAt(lastEventId: string): number {
  const position = positionOf(lastEventId);
  if (!Number.isNaN(position)) return position;
  const messages = ['Last-Event-ID must be the id of an event of this subscription'];
  throw new ValidationFailedError('The request', [{ field: 'Last-Event-ID', messages }]);
}
