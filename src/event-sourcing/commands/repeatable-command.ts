import { Command } from '@nestjs/cqrs';
import { IsOptional, IsUUID } from 'class-validator';

/**
 * A command that may be delivered more than once. With a command id it takes effect once: what it stores has ids that
 * are derived from the command's, and no id is in the log twice. A second delivery gets the outcome of the first,
 * whatever would be decided by then, and however many arrive at once.
 *
 * Its properties may be what an event's may be: a digest of them tells a repetition from another command. Its handler
 * stores by `AggregateRepository.execute(id, change, { command })` or `AggregateRepository.once`, in one append.
 */
export abstract class RepeatableCommand<R> extends Command<R> {
  /** The sender's own, the same for every delivery. Without it each delivery is a command of its own. */
  @IsOptional()
  @IsUUID('all', { message: 'commandId must be a UUID' })
  readonly commandId?: string;

  constructor(commandId?: string) {
    super();
    this.commandId = commandId;
  }
}
