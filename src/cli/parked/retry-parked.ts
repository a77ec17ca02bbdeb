import type { ParkedRetry } from '../../event-sourcing/index.js';
import { CommandFailedError } from '../command-failed.error.js';
import { type Hub, inHub } from '../hub.js';
import { counted, type OutputOptions, print, printJson } from '../output.js';

const MAX_STREAMS = 200;

export async function retryParked(
  processor: string,
  stream: string,
  { json }: OutputOptions,
): Promise<void> {
  const retry = await inHub((hub) => retryIn(hub, processor, stream));
  if (json) printJson({ ...retry, error: retry.error ?? null });
  const { handled, left, error } = retry;
  if (error !== undefined) {
    throw new CommandFailedError(
      `${counted(handled, 'event')} of ${stream} handled, ${left} still parked. The first of them failed: ${error}\n` +
        `To see it: hub parked list --processor ${processor} --stream ${stream}`,
    );
  }
  if (!json) print(`${counted(handled, 'event')} of ${stream} handled, none is left.`);
}

/** @throws CommandFailedError that names what is parked, when nothing of the stream is. */
async function retryIn({ parked }: Hub, processor: string, stream: string): Promise<ParkedRetry> {
  const retry = await parked.retry(processor, stream);
  if (retry.handled > 0 || retry.left > 0) return retry;
  const others = await parked.list({ processor, limit: MAX_STREAMS });
  const streams = [...new Set(others.map((each) => each.stream))];
  throw new CommandFailedError(
    `Nothing of "${stream}" is parked by ${processor}. ` +
      (streams.length === 0 ? 'Nor is anything else.' : `Parked are: ${streams.join(', ')}.`),
  );
}
