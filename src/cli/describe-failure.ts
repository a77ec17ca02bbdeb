import { inspect } from 'node:util';
import { startProblem } from '../app.start-failure.js';
import { HttpException } from '@nestjs/common';
import { EventSourcingError } from '../event-sourcing/index.js';
import { CommandFailedError } from './command-failed.error.js';

/** What to print when a command fails: for what its user can do something about, no stack trace. */
export function describeFailure(error: unknown): string {
  return `hub: ${isForItsUser(error) ? error.message : (startProblem(error) ?? inspect(error, { depth: 5 }))}`;
}

/** Refusals, also those that are made for HTTP, such as that of a cursor. */
function isForItsUser(error: unknown): error is Error {
  return [EventSourcingError, CommandFailedError, HttpException].some(
    (kind) => error instanceof kind,
  );
}
