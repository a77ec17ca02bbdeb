import { Command } from '@nestjs/cqrs';
import { StoredCommand } from '../commands/stored-command.decorator.js';
import { DomainEvent } from '../events/domain-event.decorator.js';
import { DurableSaga } from '../sagas/durable-saga.decorator.js';
import {
  ContinuesOn,
  OnDeadline,
  OnRefusal,
  type Refusal,
  StartsOn,
} from '../sagas/saga-handler.decorators.js';
import { type SagaStep, step } from '../sagas/saga-step.js';
import { specifySaga } from './saga-specification.js';

@DomainEvent('parcel.ordered')
class ParcelOrdered {
  constructor(
    readonly parcelId: string,
    readonly to: string,
  ) {}
}

@DomainEvent('parcel.picked-up')
class ParcelPickedUp {
  constructor(readonly parcelId: string) {}
}

@DomainEvent('invoice.paid')
class InvoicePaid {
  constructor(readonly reference: string) {}
}

@StoredCommand('courier.send')
class SendCourier extends Command<void> {
  constructor(
    readonly parcelId: string,
    readonly to: string,
    readonly attempt: number,
  ) {
    super();
  }
}

@StoredCommand('courier.recall')
class RecallCourier extends Command<void> {
  constructor(readonly parcelId: string) {
    super();
  }
}

interface DeliveryState {
  readonly parcelId: string;
  readonly to: string;
  readonly attempt: number;
  readonly isPaid: boolean;
}

const HOUR = 3_600_000;

@DurableSaga({ name: 'delivery', correlatedBy: 'parcelId' })
class DeliverySaga {
  @StartsOn(ParcelOrdered)
  ordered(
    { parcelId, to }: ParcelOrdered,
    state?: DeliveryState,
  ): SagaStep<DeliveryState> | undefined {
    if (state) return undefined;
    return step({ parcelId, to, attempt: 1, isPaid: false })
      .send(new SendCourier(parcelId, to, 1))
      .setDeadline('pick-up', { afterMs: HOUR })
      .setDeadline('give-up', { afterMs: 3 * HOUR });
  }

  @ContinuesOn(InvoicePaid, { by: 'reference' })
  paid(_event: InvoicePaid, state: DeliveryState): SagaStep<DeliveryState> {
    return step({ ...state, isPaid: true });
  }

  @OnDeadline('pick-up')
  late(state: DeliveryState): SagaStep<DeliveryState> {
    const attempt = state.attempt + 1;
    return step({ ...state, attempt })
      .send(new SendCourier(state.parcelId, state.to, attempt))
      .setDeadline('pick-up', { afterMs: HOUR });
  }

  @OnDeadline('give-up')
  giveUp(state: DeliveryState): SagaStep<DeliveryState> {
    return step(state).send(new RecallCourier(state.parcelId)).complete();
  }

  @OnRefusal(SendCourier)
  refused(_refusal: Refusal, state: DeliveryState, command: SendCourier): SagaStep<DeliveryState> {
    return step({ ...state, attempt: command.attempt }).cancelDeadline('pick-up');
  }

  @ContinuesOn(ParcelPickedUp)
  pickedUp(_event: ParcelPickedUp, state: DeliveryState): SagaStep<DeliveryState> {
    return step(state).complete();
  }
}

const ordered = new ParcelOrdered('p1', 'Rome');
const send = (attempt: number): SendCourier => new SendCourier('p1', 'Rome', attempt);
const delivery = () => specifySaga(new DeliverySaga());
const NO_COURIER: Refusal = { code: 'no-courier', message: 'No courier is free.' };

describe('A durable saga', () => {
  it('begins with an event, sends commands and sets deadlines', () =>
    delivery()
      .when(ordered)
      .then([send(1)], {
        deadlines: { 'pick-up': HOUR, 'give-up': 3 * HOUR },
        state: { parcelId: 'p1', to: 'Rome', attempt: 1, isPaid: false },
      }));

  it('is not begun by an event that only continues it', () =>
    delivery().when(new ParcelPickedUp('p1')).then([]));

  it('that has begun is not begun again', () =>
    delivery()
      .given(ordered)
      .when(ordered)
      .then([], { deadlines: { 'pick-up': HOUR, 'give-up': 3 * HOUR } }));

  it('takes no event of another correlation', () =>
    delivery()
      .given(ordered)
      .when(new ParcelPickedUp('p2'))
      .then([], { deadlines: { 'pick-up': HOUR, 'give-up': 3 * HOUR } }));

  it('finds an event by another property where the handler says so', () =>
    delivery()
      .given(ordered)
      .when(new InvoicePaid('p1'))
      .then([], {
        deadlines: { 'pick-up': HOUR, 'give-up': 3 * HOUR },
        state: { parcelId: 'p1', to: 'Rome', attempt: 1, isPaid: true },
      }));

  it('hears of a deadline, may set it anew, and keeps the others', () =>
    delivery()
      .given(ordered)
      .whenTimePasses(HOUR)
      .then([send(2)], { deadlines: { 'pick-up': HOUR, 'give-up': 2 * HOUR } }));

  it('hears of deadlines in the order of their times, each once', () =>
    delivery()
      .given(ordered)
      .whenTimePasses(10 * HOUR)
      .then([send(2), send(3), new RecallCourier('p1')], { completed: true }));

  it('hears of no deadline before its time', () =>
    delivery()
      .given(ordered)
      .whenTimePasses(HOUR - 1)
      .then([], { deadlines: { 'pick-up': 1, 'give-up': 2 * HOUR + 1 } }));

  it('compensates when a command is refused, and may cancel a deadline', () =>
    delivery()
      .given(ordered)
      .givenTimePassed(HOUR)
      .whenRefused(SendCourier, NO_COURIER)
      .then([], {
        deadlines: { 'give-up': 2 * HOUR },
        state: { parcelId: 'p1', to: 'Rome', attempt: 2, isPaid: false },
      }));

  it('that is complete hears of nothing any more', () =>
    delivery()
      .given(ordered, new ParcelPickedUp('p1'))
      .when(new InvoicePaid('p1'))
      .then([], { completed: true }));

  it('that does not say what follows from a refusal is told so', async () => {
    const refused = delivery()
      .given(ordered)
      .givenTimePassed(3 * HOUR - 1)
      .given();
    await expect(refused.whenRefused(RecallCourier, NO_COURIER).then([])).rejects.toThrow(
      'No RecallCourier was sent',
    );
    @DurableSaga({ name: 'careless', correlatedBy: 'parcelId' })
    class Careless {
      @StartsOn(ParcelOrdered)
      ordered({ parcelId }: ParcelOrdered): SagaStep<object> {
        return step({}).send(new RecallCourier(parcelId));
      }
    }
    await expect(
      specifySaga(new Careless()).given(ordered).whenRefused(RecallCourier, NO_COURIER).then([]),
    ).rejects.toThrow('Add a method with @OnRefusal(RecallCourier) to Careless');
  });

  it('that does something else than was said fails its specification', async () => {
    await expect(delivery().when(ordered).then([])).rejects.toThrow();
    await expect(
      delivery()
        .when(ordered)
        .then([send(2)]),
    ).rejects.toThrow();
    await expect(
      delivery()
        .when(ordered)
        .then([send(1)]),
    ).rejects.toThrow('deadlines');
    await expect(delivery().given(ordered).when(new ParcelPickedUp('p1')).then([])).rejects.toThrow(
      'is completed',
    );
  });
});
