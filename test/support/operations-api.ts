import type { Answer, HttpClient, RequestHeaders } from './http-client.js';
import { type PageBody, type Query, queryOf } from './users-api.js';

export interface ProcessorBody {
  readonly name: string;
  readonly state: string;
  readonly position: number;
  readonly head: number;
  readonly lagEvents: number;
  readonly lagSeconds: number;
  readonly parked: number;
  readonly owner: string | null;
  readonly lastError: string | null;
}

export interface ParkedBody {
  readonly processor: string;
  readonly stream: string;
  readonly position: number;
  readonly eventId: string;
  readonly error: string | null;
  readonly attempts: number;
  readonly firstFailedAt: string | null;
  readonly lastFailedAt: string | null;
}

export interface ParkedDetailsBody extends ParkedBody {
  readonly stored: { readonly type: string; readonly data: unknown };
  readonly lifted: readonly { readonly type: string; readonly data: unknown }[] | null;
  readonly liftError: string | null;
}

export interface RetryBody {
  readonly handled: number;
  readonly left: number;
  readonly error: string | null;
}

export const PROCESSORS = '/api/v1/processors';
export const PARKED_EVENTS = '/api/v1/parked-events';

/** What those who look after a hub do over HTTP. */
export class OperationsApi {
  constructor(private readonly http: HttpClient) {}

  processors(): Promise<Answer<PageBody<ProcessorBody>>> {
    return this.http.get(PROCESSORS);
  }

  processor(name: string): Promise<Answer<ProcessorBody>> {
    return this.http.get(pathOf(name));
  }

  pause(name: string, headers?: RequestHeaders): Promise<Answer<ProcessorBody>> {
    return this.http.post(`${pathOf(name)}/pause`, undefined, headers);
  }

  resume(name: string): Promise<Answer<ProcessorBody>> {
    return this.http.post(`${pathOf(name)}/resume`, undefined);
  }

  parked(query: Query = {}): Promise<Answer<PageBody<ParkedBody>>> {
    return this.http.get(`${PARKED_EVENTS}${queryOf(query)}`);
  }

  parkedEvent(processor: string, position: number | string): Promise<Answer<ParkedDetailsBody>> {
    return this.http.get(`${pathOf(processor)}/parked-events/${position}`);
  }

  retry(processor: string, stream: string): Promise<Answer<RetryBody>> {
    const path = `${pathOf(processor)}/parked-streams/${encodeURIComponent(stream)}/retry`;
    return this.http.post(path, undefined);
  }

  skip(processor: string, position: number): Promise<Answer<undefined>> {
    return this.http.post(`${pathOf(processor)}/parked-events/${position}/skip`, undefined);
  }
}

function pathOf(processor: string): string {
  return `${PROCESSORS}/${encodeURIComponent(processor)}`;
}
