import { CommandBus, CommandHandler, EventBus, EventsHandler } from '@nestjs/cqrs';
import {
  DomainEvent,
  notingStored,
  runInNewContext,
  StoredPosition,
} from '../../src/event-sourcing/index.js';
import { failureOf, until } from '../support/async.js';
import { bootKit, type BootedKit } from '../support/booted-kit.js';

@DomainEvent('bell.rung')
class BellRung {
  constructor(readonly times: number) {}
}

@DomainEvent('bell.heard')
class BellHeard {}

/** Rings as often as it says, in one append for each time. */
class Ring {
  constructor(
    readonly times: number,
    readonly fails = false,
  ) {}
}

@CommandHandler(Ring)
class RingHandler {
  constructor(private readonly events: EventBus) {}

  async execute({ times, fails }: Ring): Promise<void> {
    for (let time = 1; time <= times; time += 1) await this.events.publish(new BellRung(time));
    if (fails) throw new Error('The rope is torn.');
  }
}

/** Sends other commands, one after the other. */
class RingAll {
  constructor(readonly rings: readonly Ring[]) {}
}

@CommandHandler(RingAll)
class RingAllHandler {
  constructor(private readonly commands: CommandBus) {}

  async execute({ rings }: RingAll): Promise<void> {
    for (const ring of rings) await this.commands.execute(ring);
  }
}

@EventsHandler(BellRung)
class HearsHandler {
  constructor(private readonly events: EventBus) {}

  async handle(): Promise<void> {
    await this.events.publish(new BellHeard());
  }
}

describe('the position of what some work has stored', () => {
  let kit: BootedKit;

  const boot = async (...more: (new (events: EventBus) => object)[]): Promise<void> => {
    kit = await bootKit({ providers: [RingHandler, RingAllHandler, ...more] });
  };

  const positionOf = async (work: () => Promise<unknown>): Promise<number | undefined> => {
    const stored = new StoredPosition();
    await notingStored(stored, work);
    return stored.value;
  };

  afterEach(() => kit.app.close());

  it('is that of its last append', async () => {
    await boot();
    expect(await positionOf(() => kit.commands.execute(new Ring(3)))).toBe(3);
    expect(await positionOf(async () => void (await kit.bus.publish(new BellRung(1))))).toBe(4);
  });

  it('is the head of the log for a command that succeeds and stores nothing', async () => {
    await boot();
    expect(await positionOf(() => kit.commands.execute(new Ring(0)))).toBe(0);
    await kit.commands.execute(new Ring(2));
    expect(await positionOf(() => kit.commands.execute(new Ring(0)))).toBe(2);
  });

  it('is the highest of several commands, whichever of them stores something', async () => {
    await boot();
    await kit.commands.execute(new Ring(5));
    const rings = new RingAll([new Ring(1), new Ring(0), new Ring(2), new Ring(0)]);
    expect(await positionOf(() => kit.commands.execute(rings))).toBe(8);
  });

  it('is high enough for a command that finds nothing to do after one that stored something', async () => {
    await boot();
    const others = async (): Promise<void> => {
      await kit.commands.execute(new Ring(1));
      await runInNewContext({}, () => kit.commands.execute(new Ring(4)));
      await kit.commands.execute(new Ring(0));
    };
    expect(await positionOf(others)).toBe(5);
  });

  it('is none where nothing was stored and no command was handled', async () => {
    await boot();
    expect(await positionOf(() => Promise.resolve())).toBeUndefined();
    await failureOf(kit.commands.execute(new Ring(1, true)));
    const failing = positionOf(() => failureOf(kit.commands.execute(new Ring(0, true))));
    expect(await failing).toBeUndefined();
  });

  it('leaves out what follows from it in a context of its own', async () => {
    await boot(HearsHandler);
    const heard = async (): Promise<unknown> => {
      await kit.commands.execute(new Ring(1));
      return until(async () => (await kit.store.headPosition()) === 2);
    };
    expect(await positionOf(heard)).toBe(1);
  });

  it('is told to nobody outside', async () => {
    await boot();
    const stored = new StoredPosition();
    await notingStored(stored, () => Promise.resolve());
    await kit.commands.execute(new Ring(1));
    expect(stored.value).toBeUndefined();
  });
});
