import { CommandBus } from '@nestjs/cqrs';
import { eventIdOf } from '../commands/command-record.js';
import { contextAfter, runInNewContext } from '../context/message-context.js';
import { DomainError } from '../errors/event-sourcing.error.js';
import { ConcurrencyError } from '../errors/store.errors.js';
import type { EventEnvelope } from '../events/event-envelope.js';
import { EffectProcessor, type Trial } from '../processing/effect-processor.js';
import { decodeCommand } from './command-codec.js';
import type { SagaWork } from './saga-failure.js';
import { type CommandToSend, SagaCommandRefused, SagaStepped } from './saga.events.js';
import type { SagaJudge } from './saga-judge.js';
import { SagaLog } from './saga-log.js';
import { categoryOf } from '../store/stream-name.js';

/**
 * Sends the commands of sagas, once their steps are stored: at least once each, in the order of the steps of a saga, and
 * with the same id every time. That a command was refused by a rule of the business is an event for the saga; whatever
 * else goes wrong is tried again, unless the saga says otherwise by `@OnError`.
 *
 * A refusal is final. It is stored under the very id that the command's own first event would have: the log has no id
 * twice, so that of any number of deliveries, by this owner or by one that stood still, a `RepeatableCommand` either
 * takes effect or is refused, and never both. Without that the saga might make good for a refusal, and the command take
 * effect later.
 */
export class SagaCommandsProcessor extends EffectProcessor {
  override readonly name = 'saga-commands';
  override readonly eventTypes = ['saga.stepped'];

  constructor(
    private readonly commands: CommandBus,
    private readonly log: SagaLog,
    /** By the category of the saga's streams. */
    private readonly judges: ReadonlyMap<string, SagaJudge> = new Map(),
  ) {
    super();
  }

  override async perform(
    { event, stream, id, metadata }: EventEnvelope,
    trial: Trial,
  ): Promise<void> {
    if (!(event instanceof SagaStepped)) return;
    const judge = this.judges.get(categoryOf(stream));
    for (const command of event.commands) {
      const send = (): Promise<void> =>
        runInNewContext(contextAfter({ id, metadata }), () => this.send(command, stream));
      const what = (): SagaWork => ({ during: 'command', command: decodeCommand(command) });
      await (judge ? judge.during(send, what, trial) : send());
    }
  }

  private async send(command: CommandToSend, stream: string): Promise<void> {
    try {
      await this.commands.execute(decodeCommand(command));
    } catch (error) {
      // A command that lost every race was not refused: it was not decided.
      if (!(error instanceof DomainError) || error instanceof ConcurrencyError) throw error;
      const refused = new SagaCommandRefused(command, error.code, error.message);
      // When another delivery has taken effect, or was refused, meanwhile, this changes nothing.
      await this.log.append(stream, 'any', refused, eventIdOf(command.id, 0));
    }
  }
}
