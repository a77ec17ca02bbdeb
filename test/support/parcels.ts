import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  ContinuesOn,
  DomainError,
  DomainEvent,
  DurableSaga,
  EventStore,
  OnDeadline,
  OnError,
  OnRefusal,
  type SagaFailure,
  type SagaStep,
  StartsOn,
  step,
  StoredCommand,
  type Verdict,
} from '../../src/event-sourcing/index.js';
import { v7 } from 'uuid';

@DomainEvent('parcel.posted')
export class ParcelPosted {
  constructor(readonly parcelId: string) {}
}

@DomainEvent('parcel.booked')
export class ParcelBooked {
  constructor(readonly parcelId: string) {}
}

@StoredCommand('parcel.book-courier')
export class BookCourier {
  constructor(readonly parcelId: string) {}
}

@StoredCommand('parcel.tell-customer')
export class TellCustomer {
  constructor(readonly parcelId: string) {}
}

export class NoCourierError extends DomainError {
  readonly code = 'no-courier';
}

/** No courier finds it, however often one is asked. */
export class UnknownAddressError extends Error {}

/** What goes wrong, by who does it; and what has been done. */
export class Post {
  readonly failing: Partial<Record<'booking' | 'telling' | 'booked' | 'refused' | 'late', Error>> =
    {};
  readonly done: string[] = [];
  readonly failures: SagaFailure[] = [];
  verdict?: (failure: SagaFailure) => Verdict;

  do(what: keyof Post['failing'], parcelId: string): void {
    this.done.push(`${what} ${parcelId}`);
    const error = this.failing[what];
    if (error) throw error;
  }
}

@CommandHandler(BookCourier)
export class BookCourierHandler implements ICommandHandler<BookCourier> {
  constructor(
    private readonly post: Post,
    private readonly store: EventStore,
  ) {}

  async execute({ parcelId }: BookCourier): Promise<void> {
    this.post.do('booking', parcelId);
    const event = { id: v7(), type: 'parcel.booked', version: 1, data: { parcelId } };
    await this.store.append(`parcel_booking-${parcelId}`, 'any', [event]);
  }
}

@CommandHandler(TellCustomer)
export class TellCustomerHandler implements ICommandHandler<TellCustomer> {
  constructor(private readonly post: Post) {}

  execute({ parcelId }: TellCustomer): Promise<void> {
    return Promise.resolve().then(() => this.post.do('telling', parcelId));
  }
}

interface ParcelState {
  readonly parcelId: string;
}

const PATIENCE = 'patience';

@DurableSaga({ name: 'parcel', correlatedBy: 'parcelId' })
export class ParcelSaga {
  constructor(protected readonly post: Post) {}

  @StartsOn(ParcelPosted)
  posted({ parcelId }: ParcelPosted): SagaStep<ParcelState> {
    return step({ parcelId })
      .send(new TellCustomer(parcelId))
      .send(new BookCourier(parcelId))
      .setDeadline(PATIENCE, { afterMs: 60_000 });
  }

  @ContinuesOn(ParcelBooked)
  booked({ parcelId }: ParcelBooked, state: ParcelState): SagaStep<ParcelState> {
    this.post.do('booked', parcelId);
    return step(state).complete();
  }

  @OnRefusal(BookCourier)
  refused(_: unknown, state: ParcelState): SagaStep<ParcelState> {
    this.post.do('refused', state.parcelId);
    return step(state).complete();
  }

  @OnDeadline(PATIENCE)
  late(state: ParcelState): SagaStep<ParcelState> {
    this.post.do('late', state.parcelId);
    return step(state).complete();
  }

  @OnError()
  judge({ error, attempts, ...failed }: SagaFailure): Verdict {
    if (error instanceof UnknownAddressError) return 'park';
    const isOptional = failed.during === 'command' && failed.command instanceof TellCustomer;
    return isOptional && attempts >= 3 ? 'skip' : 'retry';
  }
}

/** Lets a test see what it is asked, and answer in its place. */
@DurableSaga({ name: 'parcel', correlatedBy: 'parcelId' })
export class WatchedParcelSaga extends ParcelSaga {
  override judge(failure: SagaFailure): Verdict {
    this.post.failures.push(failure);
    return this.post.verdict?.(failure) ?? super.judge(failure);
  }
}
