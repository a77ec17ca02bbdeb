import { Injectable, type Type } from '@nestjs/common';
import { CommandBus, CommandHandler, EventBus, EventsHandler, ofType, Saga } from '@nestjs/cqrs';
import { delay, map, type Observable } from 'rxjs';
import {
  currentContext,
  DomainEvent,
  type EventEnvelope,
  IdGenerator,
  runInContext,
} from '../../src/event-sourcing/index.js';
import { collect, until } from '../support/async.js';
import { bootKit, type BootedKit } from '../support/booted-kit.js';
import { CountingIds, numberedId } from '../support/controlled-environment.js';
import { named } from '../support/named.js';

@DomainEvent('guest.arrived')
class GuestArrived {
  constructor(readonly name: string) {}
}

@DomainEvent('guest.greeted')
class GuestGreeted {
  constructor(readonly name: string) {}
}

class Welcome {
  constructor(readonly name: string) {}
}

class Greet {
  constructor(readonly name: string) {}
}

@CommandHandler(Welcome)
class WelcomeHandler {
  constructor(private readonly events: EventBus) {}
  async execute({ name }: Welcome): Promise<void> {
    await this.events.publish(new GuestArrived(name));
  }
}

@CommandHandler(Greet)
class GreetHandler {
  constructor(private readonly events: EventBus) {}
  async execute({ name }: Greet): Promise<void> {
    await this.events.publish(new GuestGreeted(name));
  }
}

let kit: BootedKit;

async function boot(...providers: Type<object>[]): Promise<BootedKit> {
  kit = await bootKit({
    providers: [WelcomeHandler, GreetHandler, ...providers],
    configure: (builder) => builder.overrideProvider(IdGenerator).useClass(CountingIds),
  });
  return kit;
}

/** The log, once it holds `length` events. */
async function log(length: number): Promise<EventEnvelope[]> {
  await until(async () => (await kit.store.headPosition()) === length);
  return collect(kit.reader.readLog());
}

afterEach(() => kit.app.close());

describe('an event stored on behalf of a command', () => {
  it('names the command as its cause and begins a correlation, where there is none', async () => {
    const { commands } = await boot();
    await commands.execute(new Welcome('Jane'));
    const commandId = numberedId(1);
    expect(await log(1)).toMatchObject([
      { metadata: { correlationId: commandId, causationId: commandId } },
    ]);
  });

  it('takes over the correlation, who asked, and whatever else is known of the request', async () => {
    const { commands } = await boot();
    const context = { correlationId: 'request-7', actor: 'jane', tenant: 'acme', locale: 'de' };
    await runInContext(context, () => commands.execute(new Welcome('Jane')));
    const [{ metadata }] = await log(1);
    expect(metadata).toEqual({ ...context, causationId: numberedId(1) });
  });

  it('that another command sent names what caused the other one', async () => {
    class WelcomeAndGreet extends Welcome {}
    @CommandHandler(WelcomeAndGreet)
    class Handler {
      constructor(private readonly bus: CommandBus) {}
      async execute({ name }: WelcomeAndGreet): Promise<void> {
        await this.bus.execute(new Welcome(name));
        await this.bus.execute(new Greet(name));
      }
    }
    const { commands } = await boot(Handler);
    await commands.execute(new WelcomeAndGreet('Jane'));
    const expected = { correlationId: numberedId(1), causationId: numberedId(1) };
    expect((await log(2)).map(({ metadata }) => metadata)).toEqual([expected, expected]);
  });

  it('is not mixed up with those of commands at the same time', async () => {
    const { commands } = await boot();
    const names = Array.from({ length: 25 }, (_, nr) => `guest-${nr}`);
    await Promise.all(
      names.map((actor) => runInContext({ actor }, () => commands.execute(new Welcome(actor)))),
    );
    const events = await log(25);
    expect(events.map(({ metadata }) => metadata.actor)).toEqual(
      events.map(({ event }) => (event as GuestArrived).name),
    );
  });
});

describe('an event stored on behalf of nobody', () => {
  it('begins a correlation', async () => {
    const { bus } = await boot();
    await bus.publishAll([new GuestArrived('Jane'), new GuestGreeted('Jane')]);
    const [first, second] = await log(2);
    expect(first.metadata.correlationId).toMatch(/^[0-9a-f-]{36}$/);
    expect(second.metadata).toEqual({ correlationId: first.metadata.correlationId });
  });
});

describe('what follows from an event', () => {
  @Injectable()
  class GreetAtOnce {
    @Saga()
    greet(events$: Observable<object>): Observable<Greet> {
      return events$.pipe(
        ofType(GuestArrived),
        map(({ name }) => new Greet(name)),
      );
    }
  }

  @Injectable()
  class GreetAfterAWhile {
    @Saga()
    greet(events$: Observable<object>): Observable<Greet> {
      return events$.pipe(
        ofType(GuestArrived),
        delay(1),
        map(({ name }) => new Greet(name)),
      );
    }
  }

  @EventsHandler(GuestArrived)
  class GreetByCommand {
    constructor(private readonly bus: CommandBus) {}
    async handle({ name }: GuestArrived): Promise<void> {
      await this.bus.execute(new Greet(name));
    }
  }

  @EventsHandler(GuestArrived)
  class GreetByPublishing {
    constructor(private readonly events: EventBus) {}
    async handle({ name }: GuestArrived): Promise<void> {
      await this.events.publish(new GuestGreeted(name));
    }
  }

  it.each(named<Type<object>>(GreetAtOnce, GreetAfterAWhile, GreetByCommand, GreetByPublishing))(
    '(%s) names that event as its cause, and keeps correlation, actor and tenant',
    async (_, policy) => {
      const { commands } = await boot(policy);
      const known = { correlationId: 'request-7', actor: 'jane', tenant: 'acme' };
      await runInContext(known, () => commands.execute(new Welcome('Jane')));
      const [arrived, greeted] = await log(2);
      expect(greeted.type).toBe('guest.greeted');
      expect(greeted.metadata).toEqual({ ...known, causationId: arrived.id });
    },
  );

  it('is traced to its own event among many at once', async () => {
    const { commands } = await boot(GreetAfterAWhile, GreetByPublishing);
    await Promise.all(
      Array.from({ length: 20 }, (_, nr) => {
        const name = `guest-${nr}`;
        return runInContext({ actor: name }, () => commands.execute(new Welcome(name)));
      }),
    );
    const events = await log(60);
    const arrivals = new Map(events.map(({ id, event }) => [id, event as GuestArrived]));
    const greetings = events.filter(({ type }) => type === 'guest.greeted');
    for (const { event, metadata } of greetings) {
      const { name } = event as GuestGreeted;
      expect(arrivals.get(metadata.causationId ?? '')).toEqual(new GuestArrived(name));
      expect(metadata.actor).toBe(name);
    }
  });

  it('sees nothing of what whoever published it has in its context besides', async () => {
    const seen: unknown[] = [];
    @EventsHandler(GuestArrived)
    class Looks {
      handle(): void {
        seen.push(currentContext());
      }
    }
    const { bus } = await boot(Looks);
    await runInContext({ actor: 'jane' }, async () => {
      await bus.publish(new GuestArrived('Jane'));
      expect(currentContext()).toEqual({ actor: 'jane' });
    });
    await bus.idle();
    const [{ id, metadata }] = await log(1);
    expect(seen).toEqual([{ ...metadata, causationId: id }]);
  });
});
