import { Logger } from '@nestjs/common';
import { UnhandledExceptionBus } from '@nestjs/cqrs';
import { CommittedEvent } from '../events/committed-events.js';

/** Where failures of stock handlers and sagas end: in the log, named, and on the `UnhandledExceptionBus`. */
export class EventHandlerFailures {
  private readonly logger = new Logger('EventBus');

  constructor(private readonly bus: UnhandledExceptionBus) {}

  /** @param where the handler or saga, as `Class.method` */
  report(where: string, event: CommittedEvent | undefined, error: unknown): void {
    const what = event
      ? `failed on ${event.type} (stream "${event.stream}", position ${event.position})`
      : 'failed';
    this.logger.error(
      `${where} ${what}: ${error instanceof Error ? error.message : String(error)}`,
      error instanceof Error ? error.stack : undefined,
    );
    this.bus.publish({ cause: event?.event ?? where, exception: error } as never);
  }
}
