import { InfrastructureError } from './event-sourcing.error.js';

/**
 * A projection was about to store an event or to send a command. It would do so again whenever it is run again, and on
 * SQLite an append would wait for the very transaction the projection runs in.
 */
export class SideEffectError extends InfrastructureError {
  readonly code = 'side-effect-in-projection';
  readonly retryable = false;

  constructor(projection: string, deed: string) {
    super(
      `Projection "${projection}" was about to ${deed}. A projection writes its read model and does nothing else: ` +
        'move this to a class with @EventsHandler.',
    );
  }
}
