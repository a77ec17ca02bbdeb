import { ModuleRef } from '@nestjs/core';
import { AsyncContext, Command, CommandBus, ICommand, ICommandHandler } from '@nestjs/cqrs';
import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import { IdGenerator } from '../context/id-generator.js';
import { currentContext, runInContext } from '../context/message-context.js';
import { assertSideEffectsAllowed } from '../context/side-effects.js';
import { currentStoredPosition, notingStored, StoredPosition } from '../context/stored-position.js';
import { ConfigurationError } from '../errors/event-sourcing.error.js';
import { Instruments } from '../instrumentation/instruments.js';
import { EventStore } from '../store/event-store.js';
import { assertValidCommand } from './assert-valid-command.js';
import { handlerName } from './handler-name.js';
import { RepeatableCommand } from './repeatable-command.js';

type HandlerWrapper = InstanceWrapper<ICommandHandler>;

/**
 * The command bus of @nestjs/cqrs with a pipeline before the handler: the command's class-validator constraints are
 * checked, and the handler runs in a context from which its events take their metadata. Every failure is a rejection,
 * and two handlers for one command fail the boot.
 */
export class PipelineCommandBus extends CommandBus {
  private readonly handlerNames = new Map<string, string>();
  private readonly problems: string[] = [];

  constructor(
    moduleRef: ModuleRef,
    private readonly ids: IdGenerator,
    private readonly instruments: Instruments,
    private readonly store: EventStore,
  ) {
    super(moduleRef);
  }

  /**
   * @throws ValidationFailedError when the command breaks a constraint of its class; no handler hears of it.
   * @throws CommandHandlerNotFoundException when there is no handler.
   * @throws SideEffectError when a projection calls it.
   */
  override execute<T extends ICommand, R>(
    command: T | Command<R>,
    context?: AsyncContext,
  ): Promise<R> {
    const ownId = command instanceof RepeatableCommand ? command.commandId : undefined;
    const commandId = ownId ?? this.ids.next();
    const { correlationId = commandId, causationId = commandId } = currentContext();
    const step = { name: `command ${command.constructor.name}`, attributes: {} };
    const handle = async (): Promise<R> => {
      assertSideEffectsAllowed('send a command');
      await assertValidCommand(command);
      return super.execute<T, R>(command as T, context as AsyncContext);
    };
    return runInContext({ correlationId, causationId }, () =>
      this.instruments.trace(step, () => this.notingStored(handle)),
    );
  }

  override register(handlers: HandlerWrapper[] = []): void {
    super.register(handlers);
    if (this.problems.length > 0) throw new ConfigurationError(this.problems);
  }

  override bind(handler: HandlerWrapper, id: string): void {
    const name = handlerName(handler);
    const other = this.handlerNames.get(id);
    if (other !== undefined) {
      this.problems.push(
        `${other} and ${name} handle the same command. A command has one handler: remove one of them ` +
          'from its module, or give it another command.',
      );
    }
    this.handlerNames.set(id, name);
    super.bind(handler, id);
  }

  /** A command that has stored nothing was answered from what was there: its effect is no further than the head. */
  private async notingStored<R>(handle: () => Promise<R>): Promise<R> {
    const listener = currentStoredPosition();
    if (!listener) return handle();
    const own = new StoredPosition();
    const result = await notingStored(own, handle);
    listener.note(own.value ?? (await this.store.headPosition()));
    return result;
  }
}
