import type { JsonValue } from '../../event-sourcing/index.js';

/** An event as CloudEvents 1.0 has it, whatever it travels in. */
export interface CloudEvent {
  readonly specversion: '1.0';
  /** Unique within the source. */
  readonly id: string;
  /** Who published it: a URI-reference. */
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  /** When it happened, as RFC 3339 has it. */
  readonly time?: string;
  /** The media type of the data; where it is left out, the data is JSON. */
  readonly datacontenttype?: string;
  readonly dataschema?: string;
  /** What others have added, by names of lower case letters and digits. What came in headers is text. */
  readonly extensions: Readonly<Record<string, string | number | boolean>>;
  /** A value of JSON, or a text of another media type; bytes, where it is neither. Undefined where there is none. */
  readonly data?: JsonValue | Uint8Array;
}

export const STRUCTURED = 'application/cloudevents+json';
export const BATCH = 'application/cloudevents-batch+json';

/** Whether data of this media type is a value of JSON; it is, where the type is left out. */
export function isJsonType(mediaType: string | undefined): boolean {
  return mediaType === undefined || /^[^/]+\/([^;]+\+)?json\s*(;|$)/i.test(mediaType.trim());
}

/** A media type without its parameters, in lower case. */
export function essenceOf(mediaType: string | undefined): string {
  return (mediaType ?? '').split(';', 1)[0].trim().toLowerCase();
}
