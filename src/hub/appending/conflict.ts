import { ProblemException } from '../../common/problem/problem.exception.js';
import { ConcurrencyError, DuplicateEventError } from '../../event-sourcing/index.js';

/**
 * Tells a client whose condition was not met, beside the words for people, what it must know to go on.
 *
 * @param status 412 where the condition is a header's, 409 where it is in the body
 * @throws ProblemException in place of a ConcurrencyError or a DuplicateEventError
 */
export async function tellingConflicts<T>(status: 409 | 412, append: Promise<T>): Promise<T> {
  return append.catch((error: unknown) => {
    if (error instanceof DuplicateEventError) throw duplicate(error);
    if (!(error instanceof ConcurrencyError)) throw error;
    const { code, message, stream, expected, actual } = error;
    throw new ProblemException({
      status,
      code,
      detail: message,
      extensions: { stream, expectedRevision: expected, actualRevision: actual },
    });
  });
}

function duplicate({ code, message, eventId, status }: DuplicateEventError): ProblemException {
  return new ProblemException({ status, code, detail: message, extensions: { eventId } });
}
