import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { EventBus, EventsHandler } from '@nestjs/cqrs';
import {
  CommandIdReusedError,
  ConcurrencyError,
  EventSourcingModule,
  type RecordedEvent,
  ValidationFailedError,
} from '../../src/event-sourcing/index.js';
import { collect, failureOf, Gate, until } from '../support/async.js';
import { bootKit, type BootedKit } from '../support/booted-kit.js';
import { Counter, NothingToCountError } from '../support/counter.aggregate.js';
import {
  type Count,
  COUNTER_COMMAND_HANDLERS,
  Increase,
  IncreaseBoth,
  IncreaseTwice,
  RaiseTo,
  StartPair,
} from '../support/counter.commands.js';
import { CounterIncreased, CounterStarted } from '../support/counter.events.js';
import { createDatabase, DATABASE_KINDS, type TestDatabase } from '../support/databases.js';

const AT_ONCE = 12;
const ROUNDS = 10;

/** Stores an event on behalf of another one. */
@EventsHandler(CounterIncreased)
class Echo {
  heard = 0;

  constructor(private readonly events: EventBus) {}

  async handle({ by }: CounterIncreased): Promise<void> {
    this.heard += 1;
    if (by === 77) await this.events.publish(new CounterStarted('echo'));
  }
}

describe.each(['memory', ...DATABASE_KINDS] as const)('A repeatable command, in %s,', (kind) => {
  let database: TestDatabase | undefined;
  /** Two on one database, as two processes would be. */
  let kits: BootedKit[];
  let id: string;

  beforeAll(async () => {
    database = kind === 'memory' ? undefined : await createDatabase(kind);
    const boot = () =>
      bootKit({
        database,
        providers: [...COUNTER_COMMAND_HANDLERS, Echo],
        imports: [EventSourcingModule.forFeature([Counter])],
      });
    kits = [await boot()];
    kits.push(database ? await boot() : kits[0]);
  });

  afterAll(async () => {
    for (const { app } of new Set(kits)) await app.close();
    await database?.drop();
  });

  /** A counter at revision 2, with a total of 10. */
  beforeEach(async () => {
    id = randomUUID();
    await send(new StartPair(id, randomUUID(), randomUUID()));
    await send(new Increase(id, 10));
  });

  const send = (command: Increase | RaiseTo | StartPair, by = kits[0]): Promise<Count> =>
    by.commands.execute(command);

  const eventsOf = (counter = id): Promise<RecordedEvent[]> =>
    collect(kits[0].store.readStream(`counter-${counter}`));

  const atOnce = (commandOf: (index: number) => Increase | StartPair): Promise<Count[]> =>
    Promise.all(
      Array.from({ length: AT_ONCE }, (_, index) => send(commandOf(index), kits[index % 2])),
    );

  it('gets the outcome of its first delivery again, and has no second effect', async () => {
    const command = () => new Increase(id, 5, { commandId: FIRST });
    const FIRST = randomUUID();
    expect(await send(command())).toEqual({ total: 15, revision: 3 });
    await send(new Increase(id, 1));
    expect(await send(command())).toEqual({ total: 15, revision: 3 });
    expect(await send(command(), kits[1])).toEqual({ total: 15, revision: 3 });
    expect(await eventsOf()).toHaveLength(4);
  });

  it('takes effect once, however many deliveries arrive at once', async () => {
    for (let round = 1; round <= ROUNDS; round += 1) {
      const commandId = randomUUID();
      const counts = await atOnce(() => new Increase(id, 5, { commandId }));
      expect(counts).toEqual(counts.map(() => ({ total: 10 + 5 * round, revision: 2 + round })));
    }
    expect(await eventsOf()).toHaveLength(2 + ROUNDS);
  });

  it('takes effect once, while others change the same aggregate', async () => {
    for (let round = 1; round <= ROUNDS; round += 1) {
      const ids = [randomUUID(), randomUUID(), randomUUID(), undefined];
      await atOnce((index) => new Increase(id, 1, { commandId: ids[index % ids.length] }));
    }
    const perRound = 3 + AT_ONCE / 4;
    expect(await eventsOf()).toHaveLength(2 + ROUNDS * perRound);
  });

  it('takes effect once, when its events belong to several aggregates', async () => {
    for (let round = 1; round <= ROUNDS; round += 1) {
      const [one, other, commandId] = [randomUUID(), randomUUID(), randomUUID()];
      const counts = await atOnce(() => new StartPair(one, other, commandId));
      expect(counts).toEqual(counts.map(() => ({ total: 0, revision: 1 })));
      expect([await eventsOf(one), await eventsOf(other)].map(({ length }) => length)).toEqual([
        1, 1,
      ]);
    }
  });

  it('with several events gets the state after the last of them again', async () => {
    const commandId = randomUUID();
    expect(await send(new IncreaseTwice(id, 5, { commandId }))).toEqual({ total: 20, revision: 4 });
    await send(new Increase(id, 1));
    expect(await send(new IncreaseTwice(id, 5, { commandId }))).toEqual({ total: 20, revision: 4 });
  });

  it('gets its first outcome even when it would be refused by then', async () => {
    const command = new Increase(id, 5, { commandId: randomUUID(), upTo: 15 });
    const first = await send(command);
    expect(await send(command)).toEqual(first);
    expect(await failureOf(send(new Increase(id, 5, { upTo: 15 })))).toBeInstanceOf(
      NothingToCountError,
    );
  });

  it('gets its first outcome even when nothing would be left to do by then', async () => {
    const command = new RaiseTo(id, 20, randomUUID());
    expect(await send(command)).toEqual({ total: 20, revision: 3 });
    await send(new Increase(id, 1));
    expect(await send(command)).toEqual({ total: 20, revision: 3 });
  });

  it('gets its first outcome even when the aggregate has left the revision it expects', async () => {
    const command = new Increase(id, 5, { commandId: randomUUID(), expectedRevision: 2 });
    const first = await send(command);
    expect(await send(command)).toEqual(first);
    expect(await failureOf(send(new Increase(id, 5, { expectedRevision: 2 })))).toBeInstanceOf(
      ConcurrencyError,
    );
  });

  it('that was refused is decided anew', async () => {
    const command = new Increase(id, 5, { commandId: randomUUID(), upTo: 14 });
    expect(await failureOf(send(command))).toBeInstanceOf(NothingToCountError);
    expect(await failureOf(send(command))).toBeInstanceOf(NothingToCountError);
    const other = new Increase(id, 4, { commandId: command.commandId });
    expect(await send(other)).toEqual({ total: 14, revision: 3 });
  });

  it('that found nothing to do is decided anew', async () => {
    const commandId = randomUUID();
    expect(await send(new RaiseTo(id, 10, commandId))).toEqual({ total: 10, revision: 2 });
    await send(new Increase(id, 1));
    expect(await send(new RaiseTo(id, 10, commandId))).toEqual({ total: 11, revision: 3 });
    expect(await send(new RaiseTo(id, 12, commandId))).toEqual({ total: 12, revision: 4 });
  });

  it('is refused under the id of another one that has taken effect', async () => {
    const commandId = randomUUID();
    await send(new Increase(id, 5, { commandId }));
    const other = randomUUID();
    await send(new StartPair(other, randomUUID(), randomUUID()));
    for (const command of [
      new Increase(id, 6, { commandId }),
      new Increase(other, 5, { commandId }),
      new Increase(id, 5, { commandId, upTo: 1 }),
      new Increase(id, 5, { commandId, expectedRevision: 3 }),
      new IncreaseTwice(id, 5, { commandId }),
      new RaiseTo(id, 5, commandId),
    ]) {
      expect(await failureOf(send(command))).toBeInstanceOf(CommandIdReusedError);
    }
    expect(await eventsOf()).toHaveLength(3);
    expect(await eventsOf(other)).toHaveLength(1);
  });

  it('is refused under the id of another one that arrives at once', async () => {
    for (let round = 1; round <= ROUNDS; round += 1) {
      const commandId = randomUUID();
      const results = await Promise.allSettled(
        Array.from({ length: AT_ONCE }, (_, index) =>
          send(new Increase(id, index + 1, { commandId }), kits[index % 2]),
        ),
      );
      const refusals = results.filter(({ status }) => status === 'rejected');
      expect(refusals).toHaveLength(results.length - 1);
      for (const { reason } of refusals as PromiseRejectedResult[]) {
        expect(reason).toBeInstanceOf(CommandIdReusedError);
      }
    }
    expect(await eventsOf()).toHaveLength(2 + ROUNDS);
  });

  it('whose handler stores twice is told so, and what it stored first stays', async () => {
    const other = randomUUID();
    await send(new StartPair(other, randomUUID(), randomUUID()));
    const failure = await failureOf(send(new IncreaseBoth(id, other, randomUUID())));
    expect(failure).toMatchObject({
      code: 'second-append',
      message: expect.stringMatching(
        new RegExp(`IncreaseBoth .*"counter-${id}".*"counter-${other}"`),
      ) as string,
    });
    expect(await eventsOf()).toHaveLength(3);
    expect(await eventsOf(other)).toHaveLength(1);
  });

  it('without an id takes effect with each delivery', async () => {
    const command = new Increase(id, 5);
    await send(command);
    expect(await send(command)).toEqual({ total: 20, revision: 4 });
  });

  it.each(['', '1', 'not-a-uuid', 7 as never])('with the id "%s" is refused', async (commandId) => {
    const failure = await failureOf(send(new Increase(id, 5, { commandId })));
    expect(failure).toBeInstanceOf(ValidationFailedError);
    expect(failure.message).toContain('commandId must be a UUID');
  });

  it('is named by its events, and not by what was stored on behalf of these', async () => {
    const commandId = randomUUID();
    await send(new Increase(id, 77, { commandId }));
    await kits[0].bus.idle();
    const event = (await eventsOf()).at(-1);
    expect(event?.metadata).toMatchObject({
      causationId: commandId,
      correlationId: commandId,
      command: { id: commandId, stream: `counter-${id}`, revision: 3 },
    });
    const echoes = await collect(kits[0].store.readLog({ correlationId: commandId }));
    const echo = echoes.find(({ type }) => type === 'counter.started');
    expect(echo?.metadata).toEqual({ causationId: event?.id, correlationId: commandId });
  });

  it('is heard of once by stock handlers', async () => {
    const [{ app, bus }] = kits;
    await bus.idle();
    const before = app.get(Echo).heard;
    const commandId = randomUUID();
    const deliveries = Array.from({ length: AT_ONCE }, () =>
      send(new Increase(id, 5, { commandId })),
    );
    await Promise.all(deliveries);
    await send(new Increase(id, 5, { commandId }));
    await bus.idle();
    expect(app.get(Echo).heard).toBe(before + 1);
  });
});

describe('A repeatable command', () => {
  let kit: BootedKit;

  beforeEach(async () => {
    kit = await bootKit({
      providers: COUNTER_COMMAND_HANDLERS,
      imports: [EventSourcingModule.forFeature([Counter])],
    });
    await kit.commands.execute(new StartPair('1', '2', randomUUID()));
  });

  afterEach(() => kit.app.close());

  it('gets its first outcome, even when that is stored just before it looks at the aggregate', async () => {
    const command = new Increase('1', 5, { commandId: randomUUID(), upTo: 5 });
    const firstIsStored = new Gate();
    const { faulty } = kit;
    const readStream = faulty.readStream.bind(faulty);
    jest.spyOn(faulty, 'readStream').mockImplementationOnce(async function* (...args) {
      await firstIsStored.opened;
      yield* readStream(...args);
    });
    const second = kit.commands.execute(command);
    await until(() => jest.mocked(faulty.readStream).mock.calls.length === 1);
    const first = await kit.commands.execute(command);
    firstIsStored.open();
    expect(await second).toEqual(first);
    expect(await kit.store.streamRevision('counter-1')).toBe(2);
  });

  it.each(['before the write', 'after the write'] as const)(
    'whose append breaks off %s takes effect once when it is sent again',
    async (fault) => {
      const command = new Increase('1', 5, { commandId: randomUUID() });
      kit.faulty.failNext(fault);
      await kit.commands.execute(command).catch(() => undefined);
      expect(await kit.commands.execute(command)).toEqual({ total: 5, revision: 2 });
      expect(await kit.store.streamRevision('counter-1')).toBe(2);
    },
  );
});
