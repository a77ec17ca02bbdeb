import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { CommandHandler, EventBus, EventsHandler, ofType, Saga } from '@nestjs/cqrs';
import { Test, type TestingModule } from '@nestjs/testing';
import { map, type Observable } from 'rxjs';
import { DomainEvent, EventSourcingModule } from '../../src/event-sourcing/index.js';
import { PersistentEventBus } from '../../src/event-sourcing/event-bus/persistent-event-bus.js';
import { Gate, until } from '../support/async.js';
import { typeOrmOn } from '../support/booted-kit.js';
import { CapturedLogs } from '../support/captured-logs.js';
import {
  createDatabase,
  DATABASE_KINDS,
  openDatabase,
  type TestDatabase,
} from '../support/databases.js';

@DomainEvent<Asked>('desk.asked', { stream: () => 'desk-1' })
class Asked {}

@DomainEvent<Answered>('desk.answered', { stream: () => 'desk-1' })
class Answered {
  constructor(readonly by: string) {}
}

class Answer {}

/** As many turns of the event loop as would do to close everything, if nobody waited. */
async function takeTime(): Promise<void> {
  for (let turn = 0; turn < 1_000; turn += 1) await nextTurn();
}

/** Holds handlers until shutting down has come to the point where it waits for them. */
@Injectable()
class Desk {
  readonly closing = new Gate();
}

@EventsHandler(Asked)
class AnswersWhileClosing {
  constructor(
    private readonly desk: Desk,
    private readonly bus: EventBus,
  ) {}

  async handle(): Promise<void> {
    await this.desk.closing.opened;
    await takeTime();
    await this.bus.publish(new Answered('a handler'));
  }
}

@CommandHandler(Answer)
class AnswerHandler {
  constructor(
    private readonly desk: Desk,
    private readonly bus: EventBus,
  ) {}

  async execute(): Promise<void> {
    await this.desk.closing.opened;
    await takeTime();
    await this.bus.publish(new Answered('a saga'));
  }
}

@Injectable()
class AnswerSaga {
  @Saga()
  answer(events$: Observable<object>): Observable<Answer> {
    return events$.pipe(
      ofType(Asked),
      map(() => new Answer()),
    );
  }
}

/** What handlers do while the application closes leads to further events, and those to more of them. */
@EventsHandler(Answered)
class Thanks {
  static readonly heard: string[] = [];

  handle({ by }: Answered): void {
    Thanks.heard.push(by);
  }
}

describe.each(DATABASE_KINDS)('closing the application, with the log in %s', (kind) => {
  let database: TestDatabase;
  let logs: CapturedLogs;

  beforeEach(async () => {
    database = await createDatabase(kind);
    logs = new CapturedLogs();
    Thanks.heard.length = 0;
  });

  afterEach(() => database.drop());

  async function boot(order: 'first' | 'last'): Promise<TestingModule> {
    const modules = [typeOrmOn(database), EventSourcingModule.forRoot()];
    const app = await Test.createTestingModule({
      imports: order === 'first' ? modules : modules.toReversed(),
      providers: [Desk, AnswersWhileClosing, AnswerHandler, AnswerSaga, Thanks],
    })
      .setLogger(logs)
      .compile();
    await app.init();
    openWhenWaitedFor(app);
    return app;
  }

  function openWhenWaitedFor(app: TestingModule): void {
    const bus = app.get<PersistentEventBus>(EventBus);
    const idle = bus.idle.bind(bus);
    bus.idle = () => {
      app.get(Desk).closing.open();
      return idle();
    };
  }

  async function stored(): Promise<number> {
    const open = await openDatabase(database);
    const head = await open.store.headPosition();
    await open.close();
    return head;
  }

  it.each(['first', 'last'] as const)(
    'waits for what is under way, which can still store, where TypeORM is imported %s',
    async (order) => {
      const app = await boot(order);
      await app.get(EventBus).publish(new Asked());
      await app.close();
      expect(logs.errors).toEqual([]);
      expect(await stored()).toBe(3);
      expect(Thanks.heard.toSorted()).toEqual(['a handler', 'a saga']);
    },
  );

  it('stores what was published and not awaited', async () => {
    const app = await boot('first');
    void app.get(EventBus).publish(new Answered('nobody'));
    await app.close();
    expect(await stored()).toBe(1);
  });

  it('can be done twice', async () => {
    const app = await boot('last');
    await Promise.all([app.close(), app.close()]);
    await app.close();
    expect(logs.errors).toEqual([]);
  });

  it('leaves no connection behind', async () => {
    const app = await boot('last');
    await app.get(EventBus).publish(new Asked());
    await app.close();
    if (kind === 'sqlite') return;
    const open = await openDatabase(database);
    await until(async () => {
      const rows = await open.dataSource.query<unknown[]>(
        'SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
      return rows.length === 0;
    });
    await open.close();
  });
});
