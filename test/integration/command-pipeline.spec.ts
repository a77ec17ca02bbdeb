import { Inject, Injectable, Scope, type Type } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import {
  AsyncContext,
  Command,
  CommandBus,
  CommandHandler,
  CommandHandlerNotFoundException,
  InvalidCommandHandlerException,
} from '@nestjs/cqrs';
import { Type as Instance } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsEmail,
  IsInt,
  Length,
  Min,
  registerDecorator,
  ValidateNested,
} from 'class-validator';
import {
  ConfigurationError,
  currentContext,
  runInContext,
  ValidationFailedError,
} from '../../src/event-sourcing/index.js';
import { failureOf } from '../support/async.js';
import { bootKit, type BootedKit, compileKit } from '../support/booted-kit.js';
import { CapturedLogs } from '../support/captured-logs.js';

class Item {
  @IsInt()
  @Min(1)
  readonly quantity: number;

  constructor(quantity: number) {
    this.quantity = quantity;
  }
}

/** Holds after a turn of the event loop, as a look into a database would. */
function IsNotTaken(): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name: 'isNotTaken',
      target: target.constructor,
      propertyName: String(propertyName),
      validator: {
        validate: (value) => Promise.resolve(value !== 'taken'),
        defaultMessage: () => 'name is taken',
      },
    });
}

class PlaceOrder extends Command<string> {
  @Length(1, 10)
  @IsNotTaken()
  readonly name: string;

  @IsEmail()
  readonly email: string;

  @ValidateNested({ each: true })
  @ArrayNotEmpty()
  @Instance(() => Item)
  readonly items: readonly Item[];

  constructor(name = 'Jane', email = 'jane@example.com', items = [new Item(1)]) {
    super();
    this.name = name;
    this.email = email;
    this.items = items;
  }
}

@CommandHandler(PlaceOrder)
class PlaceOrderHandler {
  readonly seen: PlaceOrder[] = [];

  execute(command: PlaceOrder): Promise<string> {
    this.seen.push(command);
    return Promise.resolve(`order of ${command.name}`);
  }
}

class Ping {
  constructor(readonly fail = false) {}
}

@CommandHandler(Ping)
class PingHandler {
  execute({ fail }: Ping): Promise<unknown> {
    if (fail) throw new Error('No.');
    return Promise.resolve(currentContext());
  }
}

@CommandHandler(Ping)
class OtherPingHandler extends PingHandler {}

let kit: BootedKit | undefined;

async function boot(...providers: Type<object>[]): Promise<CommandBus> {
  kit = await bootKit({ providers });
  return kit.commands;
}

afterEach(async () => {
  await kit?.app.close();
  kit = undefined;
});

describe('a command with constraints', () => {
  it('that meets them reaches its handler, whose result comes back', async () => {
    const commands = await boot(PlaceOrderHandler);
    await expect(commands.execute(new PlaceOrder())).resolves.toBe('order of Jane');
  });

  it('that breaks them is refused field by field, and its handler does not hear of it', async () => {
    const commands = await boot(PlaceOrderHandler);
    const items = [new Item(1), new Item(0.5)];
    const failure = await failureOf(commands.execute(new PlaceOrder('', 'jane', items)));
    expect(failure).toBeInstanceOf(ValidationFailedError);
    expect(failure).toMatchObject({
      code: 'validation-failed',
      status: 400,
      errors: [
        { field: 'name', messages: [expect.stringContaining('longer than or equal to 1')] },
        { field: 'email', messages: ['email must be an email'] },
        {
          field: 'items.1.quantity',
          messages: expect.arrayContaining([
            'quantity must not be less than 1',
            'quantity must be an integer number',
          ]) as string[],
        },
      ],
    });
    expect(failure.message).toMatch(/^PlaceOrder is not valid: .*email must be an email/);
    expect(kit?.app.get(PlaceOrderHandler).seen).toEqual([]);
  });

  it('is checked for what only a promise can tell', async () => {
    const commands = await boot(PlaceOrderHandler);
    await expect(commands.execute(new PlaceOrder('taken'))).rejects.toMatchObject({
      errors: [{ field: 'name', messages: ['name is taken'] }],
    });
  });

  it('is checked for an empty list', async () => {
    const commands = await boot(PlaceOrderHandler);
    await expect(
      commands.execute(new PlaceOrder('Jane', 'jane@example.com', [])),
    ).rejects.toMatchObject({ errors: [{ field: 'items' }] });
  });
});

describe('a command', () => {
  it('without constraints passes', async () => {
    const commands = await boot(PingHandler);
    await expect(commands.execute(new Ping())).resolves.toBeDefined();
  });

  it('has its handler run in the context of the caller, with what led to it', async () => {
    const commands = await boot(PingHandler);
    const context = { correlationId: 'c', causationId: 'e', actor: 'jane' };
    await expect(runInContext(context, () => commands.execute(new Ping()))).resolves.toEqual(
      context,
    );
  });

  it('leaves the context of the caller as it was', async () => {
    const commands = await boot(PingHandler);
    await runInContext({ actor: 'jane' }, async () => {
      await commands.execute(new Ping());
      expect(currentContext()).toEqual({ actor: 'jane' });
    });
  });

  it('whose handler throws is a rejection', async () => {
    const commands = await boot(PingHandler);
    await expect(commands.execute(new Ping(true))).rejects.toThrow('No.');
  });

  it('that nobody handles is a rejection, not a throw', async () => {
    const commands = await boot(PingHandler);
    const executed = commands.execute(new PlaceOrder());
    await expect(executed).rejects.toThrow(CommandHandlerNotFoundException);
    await expect(executed).rejects.toThrow(/PlaceOrder/);
  });

  it('that is no object of a class is a rejection too', async () => {
    const commands = await boot(PingHandler);
    await expect(commands.execute({})).rejects.toThrow(CommandHandlerNotFoundException);
  });

  it('is seen by subscribers of the bus, when it is valid', async () => {
    const commands = await boot(PlaceOrderHandler, PingHandler);
    const seen: object[] = [];
    commands.subscribe((command) => seen.push(command));
    await failureOf(commands.execute(new PlaceOrder('')));
    await commands.execute(new Ping());
    expect(seen).toEqual([new Ping()]);
  });
});

describe('a command handler in request scope', () => {
  it('gets an instance for each command, and the context that was given', async () => {
    const instances: object[] = [];
    @CommandHandler(Ping, { scope: Scope.REQUEST })
    class Scoped {
      constructor(@Inject(REQUEST) private readonly request: unknown) {}
      execute(): Promise<unknown> {
        instances.push(this);
        return Promise.resolve(this.request);
      }
    }
    const commands = await boot(Scoped);
    const context = new AsyncContext();
    await expect(commands.execute(new Ping(), context)).resolves.toBe(context);
    await commands.execute(new Ping());
    expect(new Set(instances).size).toBe(2);
  });
});

describe('the boot', () => {
  async function failureOfBoot(...providers: Type<object>[]): Promise<Error> {
    const app = await compileKit({ providers }, new CapturedLogs());
    const failure = await failureOf(app.init());
    await app.close();
    return failure;
  }

  it('fails when two classes handle one command, and names both', async () => {
    const failure = await failureOfBoot(PingHandler, OtherPingHandler);
    expect(failure).toBeInstanceOf(ConfigurationError);
    expect(failure.message).toMatch(/^PingHandler and OtherPingHandler handle the same command\./);
  });

  it('names every command that has too many handlers', async () => {
    @CommandHandler(PlaceOrder)
    class OtherPlaceOrderHandler extends PlaceOrderHandler {}
    const failure = await failureOfBoot(
      PingHandler,
      PlaceOrderHandler,
      OtherPingHandler,
      OtherPlaceOrderHandler,
    );
    expect((failure as ConfigurationError).problems).toHaveLength(2);
  });

  it('fails for a handler without the method execute', async () => {
    @CommandHandler(Ping)
    @Injectable()
    class Idle {}
    expect(await failureOfBoot(Idle)).toBeInstanceOf(InvalidCommandHandlerException);
  });
});
