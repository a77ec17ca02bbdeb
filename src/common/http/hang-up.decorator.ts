import type { EventEmitter } from 'node:events';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

type Response = EventEmitter & { readonly writableFinished: boolean };

/** A signal that whoever sent the request does not wait for the answer any more, for a handler that takes its time. */
export const HangUp = createParamDecorator((_: unknown, context: ExecutionContext): AbortSignal => {
  const ending = new AbortController();
  const wrapped = context.switchToHttp().getResponse<{ readonly raw?: Response } & Response>();
  const response = wrapped.raw ?? wrapped;
  response.once('close', () => {
    if (!response.writableFinished) ending.abort();
  });
  return ending.signal;
});
