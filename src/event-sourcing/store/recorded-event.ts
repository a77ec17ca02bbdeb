/** Anything that survives `JSON.parse(JSON.stringify(value))` unchanged. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** What is noted with the events of a command that takes effect once, to answer its repetitions. */
export type CommandRecord = {
  readonly id: string;
  /** Of what the command said: tells a repetition from another command under the same id. */
  readonly digest: string;
  /** The aggregate that was asked, … */
  readonly stream: string;
  /** … and its revision afterwards. */
  readonly revision: number;
};

/** What is known about the circumstances of an event, beside its data. */
export interface EventMetadata {
  /** Shared by everything that one request, or one outside trigger, led to. */
  readonly correlationId?: string;
  /** The id of the event a handler reacted to or, for what came from outside, of the command. */
  readonly causationId?: string;
  /** Who did it. */
  readonly actor?: string;
  readonly tenant?: string;
  /** W3C trace context, so that a trace can go on where the event is handled. */
  readonly traceparent?: string;
  /** The command that stored it, if that came with an id of its own. Written by the kit. */
  readonly command?: CommandRecord;
  /** The caller's own. */
  readonly [key: string]: JsonValue | undefined;
}

/** An event on its way into the log. */
export interface NewEvent {
  /** A UUID (version 7 is kindest to the index). Appending the same ids again is a retry, not a second event. */
  readonly id: string;
  /** The declared stored name, for example `user.created`; never a class name. */
  readonly type: string;
  /** The schema version of `data`, from 1. */
  readonly version: number;
  readonly data: JsonValue;
  readonly metadata?: EventMetadata;
  /** Carried with the event for consistency boundaries wider than a stream. */
  readonly tags?: readonly string[];
}

/** An event in the log, exactly as it was stored: not upcasted, not turned into a class. */
export interface RecordedEvent {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  /** The stream the event belongs to, `<category>-<id>`. */
  readonly stream: string;
  /** 1-based number in the stream. */
  readonly revision: number;
  /** 1-based number in the whole log: dense, and in commit order. */
  readonly position: number;
  readonly data: JsonValue;
  readonly metadata: EventMetadata;
  readonly tags: readonly string[];
  /** When it was stored. Never decreases along positions. Millisecond precision. */
  readonly recordedAt: Date;
}

/** What replaying takes of an event. */
export type HistoricEvent = Pick<
  RecordedEvent,
  'type' | 'version' | 'stream' | 'revision' | 'position' | 'data'
>;
