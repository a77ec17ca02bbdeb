import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import { currentContext } from '../../event-sourcing/index.js';

/** Nest's logger, with the correlation id on every line that is written on behalf of a request or an event. */
export class CorrelatedLogger extends ConsoleLogger {
  protected override printMessages(
    messages: unknown[],
    context?: string,
    level?: LogLevel,
    stream?: 'stdout' | 'stderr',
    stack?: unknown,
    params?: Record<string, unknown>,
  ): void {
    const { correlationId } = currentContext();
    const correlated = correlationId === undefined ? params : { correlationId, ...params };
    super.printMessages(messages, context, level, stream, stack, correlated);
  }
}
