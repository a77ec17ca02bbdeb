import { Injectable } from '@nestjs/common';
import {
  AggregateRoot,
  CommandHandler,
  EventsHandler,
  type IEventPublisher,
  Saga,
} from '@nestjs/cqrs';
import { mergeMap, type Observable } from 'rxjs';

/* The domain of the tests of @nestjs/cqrs itself, with nothing of the kit in it. */

export class Rang {
  constructor(readonly nr = 1) {}
}
export class RangTwice extends Rang {}
export class Unheard {}
export class Answer {
  constructor(readonly nr: number) {}
}
export class Unknown {}

export class Bell extends AggregateRoot {
  heard = 0;
  ring(): void {
    this.apply(new Rang());
  }
  onRang(): void {
    this.heard += 1;
  }
}

@EventsHandler(Rang)
export class RangHandler {
  readonly heard: Rang[] = [];
  handle(event: Rang): void {
    this.heard.push(event);
    if (event.nr === 13) throw new Error('Thirteen!');
  }
}

@CommandHandler(Answer)
export class AnswerHandler {
  readonly heard: number[] = [];
  async execute({ nr }: Answer): Promise<void> {
    this.heard.push(nr);
  }
}

@CommandHandler(Answer)
export class OtherAnswerHandler extends AnswerHandler {}

@Injectable()
export class AnswerSaga {
  @Saga()
  answer(events$: Observable<Rang>): Observable<Answer> {
    return events$.pipe(
      mergeMap(({ nr }) => {
        if (nr === 13) throw new Error('Thirteen!');
        return [new Answer(nr)];
      }),
    );
  }
}

export class RecordingPublisher implements IEventPublisher {
  readonly calls: { events: object[]; dispatcher: unknown }[] = [];
  publish(event: object, dispatcher?: unknown): Promise<void> {
    return this.publishAll([event], dispatcher);
  }
  async publishAll(events: object[], dispatcher?: unknown): Promise<void> {
    this.calls.push({ events, dispatcher });
    await Promise.resolve();
  }
}
