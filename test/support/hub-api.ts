import { randomUUID } from 'node:crypto';
import type { Answer, HttpClient, RequestHeaders } from './http-client.js';
import { type PageBody, type Query, queryOf } from './users-api.js';

export interface EventToAppend {
  readonly id: string;
  readonly type: string;
  readonly version?: number;
  readonly data: unknown;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly tags?: readonly string[];
}

export interface StreamAppendBody {
  readonly stream: string;
  readonly expectedRevision?: number | string;
  readonly events: readonly EventToAppend[];
}

export interface AppendedBody {
  readonly events: readonly {
    readonly id: string;
    readonly stream: string;
    readonly revision: number;
    readonly position: number;
  }[];
  readonly position: number;
  readonly repeated: boolean;
}

/** What became of one of several batches. */
export interface OutcomeBody {
  readonly result?: AppendedBody;
  readonly problem?: { readonly status: number; readonly code: string; readonly detail: string };
}

export interface LoggedBody {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  readonly recordedAt: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly data: unknown;
}

export interface LogPageBody {
  readonly items: readonly LoggedBody[];
  readonly nextAfter: number;
  readonly nextUpTo?: number;
  readonly head: number;
}

export interface EventDetailsBody {
  readonly event: LoggedBody;
  readonly cause: LoggedBody | null;
  readonly effects: readonly LoggedBody[];
  readonly nextCursor: string | null;
}

export const EVENTS = '/api/v1/events';
export const BATCHES = '/api/v1/batches';
export const APPENDS = '/api/v1/appends';

export function pathOfStream(stream: string): string {
  return `/api/v1/streams/${encodeURIComponent(stream)}/events`;
}

/** An event that no class of this process stands for. */
export function foreign(properties: Partial<EventToAppend> = {}): EventToAppend {
  return { id: randomUUID(), type: 'parcel.sent', data: { to: 'Oslo' }, ...properties };
}

export function foreigners(count: number, properties?: Partial<EventToAppend>): EventToAppend[] {
  return Array.from({ length: count }, () => foreign(properties));
}

/** The log as a service in another language uses it. */
export class HubApi {
  constructor(private readonly http: HttpClient) {}

  append(
    stream: string,
    events: readonly EventToAppend[],
    headers?: RequestHeaders,
  ): Promise<Answer<AppendedBody>> {
    return this.http.post(pathOfStream(stream), { events }, headers);
  }

  batch(appends: readonly StreamAppendBody[]): Promise<Answer<AppendedBody>> {
    return this.http.post(BATCHES, { appends });
  }

  appends(
    batches: readonly { readonly appends: readonly StreamAppendBody[] }[],
  ): Promise<Answer<{ readonly outcomes: readonly OutcomeBody[] }>> {
    return this.http.post(APPENDS, { batches });
  }

  stream(
    stream: string,
    query: Query = {},
    headers?: RequestHeaders,
  ): Promise<Answer<PageBody<LoggedBody>>> {
    return this.http.get(`${pathOfStream(stream)}${queryOf(query)}`, headers);
  }

  log(query: Query = {}, headers?: RequestHeaders): Promise<Answer<LogPageBody>> {
    return this.http.get(`${EVENTS}${queryOf(query)}`, headers);
  }

  event(id: string, query: Query = {}): Promise<Answer<EventDetailsBody>> {
    return this.http.get(`${EVENTS}/${encodeURIComponent(id)}${queryOf(query)}`);
  }
}
