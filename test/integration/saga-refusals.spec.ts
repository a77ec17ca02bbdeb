import { CommandBus, CommandHandler } from '@nestjs/cqrs';
import { v7 } from 'uuid';
import {
  AggregateRepository,
  DurableSaga,
  EventSourcingModule,
  InjectAggregateRepository,
  OnRefusal,
  Processors,
  type RecordedEvent,
  type Refusal,
  type SagaStep,
  StartsOn,
  step,
  StoredCommand,
} from '../../src/event-sourcing/index.js';
import { collect } from '../support/async.js';
import { type BootedKit, bootKit } from '../support/booted-kit.js';
import { Counter } from '../support/counter.aggregate.js';
import { type Count, Increase } from '../support/counter.commands.js';
import {
  createDatabase,
  DATABASE_KINDS,
  openDatabase,
  type TestDatabase,
} from '../support/databases.js';
import { ErrandAsked } from '../support/errands.js';

@StoredCommand('counter.increase-once')
class IncreaseOnce extends Increase {}

/** What another delivery of the same command does while this one is being refused. */
let meanwhile: ((command: IncreaseOnce) => Promise<unknown>) | undefined;

@CommandHandler(IncreaseOnce)
class IncreaseOnceHandler {
  constructor(
    @InjectAggregateRepository(Counter) private readonly counters: AggregateRepository<Counter>,
  ) {}

  async execute(command: IncreaseOnce): Promise<Count> {
    try {
      const { total, revision } = await this.counters.execute(
        command.id,
        (counter) => counter.increase(command.by),
        { command },
      );
      return { total, revision };
    } catch (error) {
      const other = meanwhile;
      meanwhile = undefined;
      await other?.(command);
      throw error;
    }
  }
}

@DurableSaga({ name: 'counting', correlatedBy: 'errandId' })
class CountingSaga {
  @StartsOn(ErrandAsked)
  asked({ errandId }: ErrandAsked): SagaStep<object> {
    return step({}).send(new IncreaseOnce(errandId, 1));
  }

  @OnRefusal(IncreaseOnce)
  refused(refusal: Refusal): SagaStep<object> {
    return step({ refusal }).complete();
  }
}

describe.each(DATABASE_KINDS)('A command of a saga, with the log in %s,', (kind) => {
  let database: TestDatabase;
  let kit: BootedKit;

  beforeEach(async () => {
    database = await createDatabase(kind);
    kit = await boot();
    meanwhile = undefined;
  });

  afterEach(async () => {
    await kit.app.close();
    await database.drop();
  });

  const boot = () =>
    bootKit({
      database,
      imports: [EventSourcingModule.forFeature([Counter])],
      providers: [CountingSaga, IncreaseOnceHandler],
    });

  async function ask(): Promise<string> {
    const id = v7();
    const stream = `errand-${id}`;
    const data = { errandId: id, what: 'easy' };
    // As a command with an id leaves it.
    const metadata = {
      command: { id: v7(), digest: 'of the command that asked', stream, revision: 1 },
    };
    await kit.store.append(stream, 'none', [
      { id, type: 'errand.asked', version: 1, data, metadata },
    ]);
    return id;
  }

  function startCounter(id: string): Promise<unknown> {
    const event = { id: v7(), type: 'counter.started', version: 1, data: { label: 'late' } };
    return kit.store.append(`counter-${id}`, 'none', [event]);
  }

  async function settled(): Promise<RecordedEvent[]> {
    for (;;) {
      const head = await kit.store.headPosition();
      for (const name of ['saga-counting', 'saga-commands']) {
        expect(await kit.app.get(Processors).caughtUp(name, 10_000)).toBe(true);
      }
      if (head === (await kit.store.headPosition())) return collect(kit.store.readLog());
    }
  }

  async function deliverAgain(): Promise<void> {
    await kit.app.close();
    const opened = await openDatabase(database);
    await opened.transactions.run((manager) =>
      manager.query("UPDATE hub_checkpoints SET position = 0 WHERE name = 'saga-commands'"),
    );
    await opened.close();
    kit = await boot();
  }

  const typesOf = (events: readonly RecordedEvent[]) => events.map(({ type }) => type);

  it('that was refused stays refused, also when it is delivered again and could be done', async () => {
    const id = await ask();
    const story = ['errand.asked', 'saga.stepped', 'saga.command-refused', 'saga.stepped'];
    expect(typesOf(await settled())).toEqual(story);
    await startCounter(id);
    await deliverAgain();
    expect(typesOf(await settled())).toEqual([...story, 'counter.started']);
    expect(kit.logs.errors).toEqual([]);
  });

  it('is not refused when another delivery of it has taken effect meanwhile', async () => {
    meanwhile = async (command) => {
      await startCounter(command.id);
      await kit.app.get(CommandBus).execute(command);
    };
    await ask();
    const events = await settled();
    expect(typesOf(events)).toEqual([
      'errand.asked',
      'saga.stepped',
      'counter.started',
      'counter.increased',
    ]);
  });

  it('is not taken for the command that has led to it', async () => {
    const id = await ask();
    await settled();
    const [, , refused] = await collect(kit.store.readLog());
    expect(refused.stream).toBe(`saga_counting-${id}`);
    for (const { metadata } of await collect(kit.store.readStream(refused.stream))) {
      expect(metadata.command).toBeUndefined();
    }
  });
});
