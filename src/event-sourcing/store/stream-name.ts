import { InvalidEventError } from '../errors/store.errors.js';

/** The form of a category, see `isCategory`. */
export const CATEGORY = /^[a-z][a-z0-9_]*$/;
const STREAM = /^[a-z][a-z0-9_]*-[^\s\p{Cc}\p{Cs}]+$/u;
const MAX_STREAM_LENGTH = 255;

/** Whether `category` may name a kind of stream: lower case letters, digits and `_`, starting with a letter. */
export function isCategory(category: string): boolean {
  return CATEGORY.test(category);
}

/** The stream of one aggregate, `<category>-<id>`. */
export function streamName(category: string, id: string): string {
  return `${category}-${id}`;
}

/** Everything before the first `-`. */
export function categoryOf(stream: string): string {
  const dash = stream.indexOf('-');
  return dash === -1 ? stream : stream.slice(0, dash);
}

/** Everything after the first `-`: the id of the aggregate whose stream it is. */
export function aggregateIdOf(stream: string): string {
  return stream.slice(categoryOf(stream).length + 1);
}

/** Whether `stream` is `<category>-<id>`, of at most 255 characters. */
export function isStreamName(stream: string): boolean {
  return typeof stream === 'string' && stream.length <= MAX_STREAM_LENGTH && STREAM.test(stream);
}

/** @throws InvalidEventError when `stream` is not `<category>-<id>` or is longer than 255 characters. */
export function assertStreamName(stream: string): void {
  if (!isStreamName(stream)) {
    throw new InvalidEventError(
      `"${String(stream).slice(0, 80)}" is not a stream name. Write <category>-<id>, at most ` +
        `${MAX_STREAM_LENGTH} characters without white space, for example "user-0190b3c4".`,
    );
  }
}
