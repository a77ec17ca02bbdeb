import { Injectable, Scope, type Type } from '@nestjs/common';
import { CommandHandler, EventsHandler, Saga, UnhandledExceptionBus } from '@nestjs/cqrs';
import {
  concatMap,
  delay,
  map,
  merge,
  mergeMap,
  type Observable,
  of,
  scan,
  tap,
  throwError,
} from 'rxjs';
import { CommittedEvents, DomainEvent } from '../../src/event-sourcing/index.js';
import { until } from '../support/async.js';
import { bootKit, type BootedKit } from '../support/booted-kit.js';
import { named } from '../support/named.js';

@DomainEvent<Rang>('bell.rang', { stream: () => 'bell-1' })
class Rang {
  constructor(readonly nr: number) {}
}

@EventsHandler(Rang)
class Sound {
  readonly heard: number[] = [];
  handle({ nr }: Rang): void {
    this.heard.push(nr);
  }
}

class Answer {
  constructor(readonly nr: number) {}
}

@CommandHandler(Answer)
class AnswerHandler {
  readonly heard: number[] = [];
  async execute({ nr }: Answer): Promise<void> {
    await Promise.resolve();
    if (nr === 13) throw new Error('Thirteen!');
    this.heard.push(nr);
  }
}

@Injectable()
class SoundSaga {
  @Saga()
  answer(events$: Observable<Rang>): Observable<Answer> {
    return events$.pipe(map(({ nr }) => new Answer(nr)));
  }
}

function failAt13({ nr }: Rang): Rang {
  if (nr === 13) throw new Error('Thirteen!');
  return new Rang(nr);
}

let kit: BootedKit;
let unhandled: { readonly cause: unknown; readonly exception: unknown }[];

async function boot(...providers: Type<object>[]): Promise<BootedKit> {
  kit = await bootKit({ providers: [Sound, AnswerHandler, ...providers] });
  unhandled = [];
  kit.app.get(UnhandledExceptionBus).subscribe((info) => unhandled.push(info));
  return kit;
}

async function ring(...numbers: number[]): Promise<void> {
  for (const nr of numbers) await kit.bus.publish(new Rang(nr));
  await kit.bus.idle();
}

const answered = (): readonly number[] => kit.app.get(AnswerHandler).heard;

afterEach(() => kit.app.close());

describe('a handler that throws', () => {
  @EventsHandler(Rang)
  class ThrowsAtOnce {
    handle(event: Rang): void {
      failAt13(event);
    }
  }

  @EventsHandler(Rang)
  class ThrowsLater {
    async handle(event: Rang): Promise<void> {
      await Promise.resolve();
      failAt13(event);
    }
  }

  @EventsHandler(Rang, { scope: Scope.REQUEST })
  class ThrowsInRequestScope extends ThrowsLater {}

  @EventsHandler(Rang)
  class ThrowsNoError {
    handle(event: Rang): Promise<void> {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      return event.nr === 13 ? Promise.reject('Thirteen!') : Promise.resolve();
    }
  }

  it.each(named(ThrowsAtOnce, ThrowsLater, ThrowsInRequestScope, ThrowsNoError))(
    '(%s) harms no other handler, no later event and no publisher',
    async (_, handler) => {
      const { app } = await boot(handler, SoundSaga);
      await ring(12, 13, 14);
      expect(app.get(Sound).heard).toEqual([12, 13, 14]);
      expect(answered()).toEqual([12, 14]);
    },
  );

  it.each(named(ThrowsAtOnce, ThrowsLater, ThrowsInRequestScope, ThrowsNoError))(
    '(%s) is named in the log, with the event, its stream and its position',
    async (_, handler) => {
      const { logs } = await boot(handler);
      await ring(12, 13);
      expect(logs.errors).toEqual([
        `${handler.name}.handle failed on bell.rang (stream "bell-1", position 2): Thirteen!`,
      ]);
    },
  );

  it('is named also when a factory made it', async () => {
    kit = await bootKit({
      providers: [{ provide: 'made', useFactory: () => new ThrowsAtOnce() }],
    });
    await ring(13);
    expect(kit.logs.errors).toEqual([expect.stringMatching(/^ThrowsAtOnce\.handle failed on/)]);
  });

  it('is reported to the UnhandledExceptionBus with the event', async () => {
    await boot(ThrowsLater);
    await ring(13);
    expect(unhandled).toEqual([{ cause: new Rang(13), exception: new Error('Thirteen!') }]);
  });

  it('is called again for the next event', async () => {
    const { logs } = await boot(ThrowsLater);
    await ring(13, 13);
    expect(logs.errors).toHaveLength(2);
  });
});

describe('a saga whose command fails', () => {
  it('goes on with the next event, and is named in the log with the one it reacted to', async () => {
    const { logs } = await boot(SoundSaga);
    await ring(12, 13, 14);
    expect(answered()).toEqual([12, 14]);
    expect(logs.errors).toEqual([
      'SoundSaga.answer failed on bell.rang (stream "bell-1", position 2): Thirteen!',
    ]);
    expect(unhandled).toEqual([{ cause: new Rang(13), exception: new Error('Thirteen!') }]);
  });

  it('keeps what it has gathered so far', async () => {
    @Injectable()
    class Counts {
      @Saga()
      count(events$: Observable<Rang>): Observable<Answer> {
        return events$.pipe(
          scan((total, { nr }) => total + nr, 0),
          map((total) => new Answer(total)),
        );
      }
    }
    await boot(Counts);
    await ring(12, 1, 2);
    expect(answered()).toEqual([12, 15]);
  });

  it('because nobody handles it goes on too', async () => {
    class Nobody {}
    @Injectable()
    class CallsNobody {
      @Saga()
      call(events$: Observable<Rang>): Observable<object> {
        return events$.pipe(map(({ nr }) => (nr === 13 ? new Nobody() : new Answer(nr))));
      }
    }
    const { logs } = await boot(CallsNobody);
    await ring(12, 13, 14);
    expect(answered()).toEqual([12, 14]);
    expect(logs.errors).toEqual([expect.stringMatching(/^CallsNobody\.call .*Nobody/)]);
  });
});

describe('a saga that throws', () => {
  @Injectable()
  class ThrowsInOperator {
    @Saga()
    answer(events$: Observable<Rang>): Observable<Answer> {
      return events$.pipe(
        map(failAt13),
        map(({ nr }) => new Answer(nr)),
      );
    }
  }

  @Injectable()
  class ThrowsBehindADelay {
    @Saga()
    answer(events$: Observable<Rang>): Observable<Answer> {
      return events$.pipe(
        concatMap((event) => of(event).pipe(delay(1), map(failAt13))),
        map(({ nr }) => new Answer(nr)),
      );
    }
  }

  it.each(named(ThrowsInOperator, ThrowsBehindADelay))(
    '(%s) is begun anew, named in the log, and harms nobody else',
    async (_, saga) => {
      const { app, logs } = await boot(saga);
      await ring(12);
      await until(() => answered().length === 1);
      await ring(13);
      await until(() => logs.errors.length === 1);
      await ring(13);
      await until(() => logs.errors.length === 2);
      await ring(14);
      await until(() => answered().length === 2);
      expect(answered()).toEqual([12, 14]);
      expect(app.get(Sound).heard).toEqual([12, 13, 13, 14]);
      expect(logs.errors[0]).toBe(
        `${saga.name}.answer failed on bell.rang (stream "bell-1", position 2): Thirteen!`,
      );
      expect(unhandled[0]).toEqual({ cause: new Rang(13), exception: new Error('Thirteen!') });
    },
  );

  it('whenever it is begun is given up, after it was named in the log', async () => {
    let begun = 0;
    @Injectable()
    class ThrowsAtSubscription {
      @Saga()
      answer(events$: Observable<Rang>): Observable<Answer> {
        return merge(
          events$.pipe(map(({ nr }) => new Answer(nr))),
          throwError(() => new Error('Not today.')).pipe(tap({ subscribe: () => (begun += 1) })),
        );
      }
    }
    const { app, logs } = await boot(ThrowsAtSubscription, SoundSaga);
    await ring(12);
    expect(begun).toBe(2);
    expect(logs.errors).toEqual([
      'ThrowsAtSubscription.answer failed: Not today.',
      'ThrowsAtSubscription.answer, which is given up, failed: Not today.',
    ]);
    expect([app.get(Sound).heard, answered()]).toEqual([[12], [12]]);
  });

  it('does not take along another saga of the same class', async () => {
    @Injectable()
    class TwoSagas {
      @Saga()
      fails(events$: Observable<Rang>): Observable<Answer> {
        return events$.pipe(mergeMap(() => throwError(() => new Error('No.'))));
      }
      @Saga()
      answers(events$: Observable<Rang>): Observable<Answer> {
        return events$.pipe(map(({ nr }) => new Answer(nr)));
      }
    }
    const { logs } = await boot(TwoSagas);
    await ring(1, 2);
    expect(answered()).toEqual([1, 2]);
    expect(logs.errors).toEqual([
      expect.stringMatching(/^TwoSagas\.fails failed on .* position 1/),
      expect.stringMatching(/^TwoSagas\.fails failed on .* position 2/),
    ]);
  });
});

describe('a listener to committed events that throws', () => {
  it('is logged, and harms neither the publisher nor other listeners', async () => {
    const { app, bus, logs } = await boot();
    const committed = app.get(CommittedEvents);
    const heard: number[] = [];
    const end = committed.subscribe(() => {
      throw new Error('No.');
    });
    committed.subscribe((events) => heard.push(...events.map(({ position }) => position)));
    await bus.publish(new Rang(1));
    end();
    await bus.publish(new Rang(2));
    expect(heard).toEqual([1, 2]);
    expect(logs.errors).toEqual(['A listener to committed events failed.']);
  });
});
