import type { DeadLetters } from '../../messaging/index.js';
import { CommandFailedError } from '../command-failed.error.js';
import { inHub } from '../hub.js';

/** Does `work` on the dead letters of the settings. @throws CommandFailedError where nothing is consumed. */
export function inDeadLetters<T>(work: (letters: DeadLetters) => Promise<T>): Promise<T> {
  return inHub(({ deadLetters }) => {
    if (deadLetters) return work(deadLetters);
    throw new CommandFailedError(
      'There are no dead letters where no events of other services come in. Set NATS_URL as for the server, for example ' +
        'NATS_URL=nats://127.0.0.1:4222',
    );
  });
}
