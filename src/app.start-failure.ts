import { inspect } from 'node:util';
import { ConfigurationError } from './event-sourcing/index.js';

/** What to print when the server cannot start: for a mistake of its user, what to do and no stack trace. */
export function describeStartFailure(error: unknown): string {
  return `Hindsight cannot start: ${startProblem(error) ?? inspect(error, { depth: 5 })}`;
}

/** What is to be done about it; undefined when that is not known. */
export function startProblem(error: unknown): string | undefined {
  if (error instanceof ConfigurationError) return error.message;
  return listenProblem(error) ?? databaseProblem(error);
}

function listenProblem(error: unknown): string | undefined {
  const { code, syscall, address, port } = error as Partial<NodeJS.ErrnoException> & {
    readonly address?: string;
    readonly port?: number;
  };
  if (code === 'EADDRINUSE') {
    return `port ${port} of ${address} is in use. Stop what uses it, or type another one, for example PORT=${Number(port) + 1}.`;
  }
  if (code === 'EACCES' && syscall === 'listen') {
    return `this user may not listen on port ${port}. Type a higher one, for example PORT=3000.`;
  }
  if (code === 'EADDRNOTAVAIL' || (code === 'ENOTFOUND' && syscall === 'getaddrinfo')) {
    return `HOST is no address of this machine. Type one, for example HOST=127.0.0.1, or HOST=0.0.0.0 for all.`;
  }
  return undefined;
}

const UNUSABLE_DATABASE = /^(42501|SQLITE_(NOTADB|CORRUPT|READONLY|CANTOPEN).*)$/;

function databaseProblem(error: unknown): string | undefined {
  const { code, message } = error as Partial<NodeJS.ErrnoException>;
  return code !== undefined && UNUSABLE_DATABASE.test(code)
    ? `the database cannot be used: ${message}. Check that it is a database of Hindsight's, and that this user may create tables and write in it, or set DATABASE_URL.`
    : undefined;
}
