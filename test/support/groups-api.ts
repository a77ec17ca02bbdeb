import type { LoggedBody } from './hub-api.js';
import type { Answer, HttpClient, RequestHeaders } from './http-client.js';
import { type PageBody, type Query, queryOf } from './users-api.js';

export interface GroupStatusBody {
  readonly name: string;
  readonly position: number;
  readonly head: number;
  readonly lagEvents: number;
  readonly inFlight: number;
  readonly parked: number;
  readonly members: readonly {
    readonly id: string;
    readonly partitions: readonly number[];
    readonly inFlight: number;
    readonly leaseLeftMs: number;
  }[];
}

export interface MembershipBody {
  readonly id: string;
  readonly leaseMs: number;
  readonly partitions: readonly number[];
}

export interface DeliveryBody {
  readonly event: LoggedBody;
  readonly partition: number;
  readonly attempt: number;
}

export interface ParkedBody {
  readonly stream: string;
  readonly position: number;
  readonly error: string | null;
  readonly attempts: number;
}

export interface RefusalBody {
  readonly position: number;
  readonly state: string;
  readonly attempts: number;
  readonly delayMs: number;
}

export const GROUPS = '/api/v1/groups';

/** One consumer group, as a worker in another language uses it. */
export class GroupApi {
  constructor(
    private readonly http: HttpClient,
    readonly name = 'mail',
    private readonly headers?: RequestHeaders,
  ) {}

  create(body: unknown = {}): Promise<Answer<GroupStatusBody>> {
    return this.http.put(this.path, body, this.headers);
  }

  status(): Promise<Answer<GroupStatusBody>> {
    return this.http.get(this.path, this.headers);
  }

  delete(): Promise<Answer> {
    return this.http.delete(this.path, this.headers);
  }

  join(): Promise<Answer<MembershipBody>> {
    return this.http.post(`${this.path}/members`, {}, this.headers);
  }

  /** A member, by its id. */
  async joined(): Promise<GroupMember> {
    const { status, body } = await this.join();
    if (status !== 201) throw new Error(`It could not join: ${JSON.stringify(body)}`);
    return this.member(body.id);
  }

  member(id: string): GroupMember {
    return new GroupMember(this.http, `${this.path}/members/${id}`, id, this.headers);
  }

  parked(query: Query = {}): Promise<Answer<PageBody<ParkedBody>>> {
    return this.http.get(`${this.path}/parked-events${queryOf(query)}`, this.headers);
  }

  skip(position: number): Promise<Answer> {
    return this.http.post(`${this.path}/parked-events/${position}/skip`, {}, this.headers);
  }

  retry(stream: string): Promise<Answer<{ readonly retried: number }>> {
    return this.http.post(`${this.path}/parked-streams/${stream}/retry`, {}, this.headers);
  }

  private get path(): string {
    return `${GROUPS}/${this.name}`;
  }
}

export class GroupMember {
  constructor(
    private readonly http: HttpClient,
    private readonly path: string,
    readonly id: string,
    private readonly headers?: RequestHeaders,
  ) {}

  /** The same member at another hub. */
  at(http: HttpClient): GroupMember {
    return new GroupMember(http, this.path, this.id, this.headers);
  }

  ask(body: unknown = {}): Promise<Answer<{ readonly items: readonly DeliveryBody[] }>> {
    return this.http.post(`${this.path}/deliveries`, body, this.headers);
  }

  /** What it gets, waiting a while for something. */
  async take(limit = 100, waitMs = 2_000): Promise<readonly DeliveryBody[]> {
    const { status, body } = await this.ask({ limit, waitMs });
    if (status !== 200) throw new Error(`It gets nothing: ${JSON.stringify(body)}`);
    return body.items;
  }

  ack(...positions: number[]): Promise<Answer<{ readonly acknowledged: number }>> {
    return this.http.post(`${this.path}/acks`, { positions }, this.headers);
  }

  nack(
    positions: readonly number[],
    options: object = {},
  ): Promise<Answer<{ readonly items: readonly RefusalBody[] }>> {
    return this.http.post(`${this.path}/nacks`, { positions, ...options }, this.headers);
  }

  renew(): Promise<Answer<MembershipBody>> {
    return this.http.post(`${this.path}/heartbeat`, {}, this.headers);
  }

  leave(): Promise<Answer> {
    return this.http.delete(this.path, this.headers);
  }
}

export function positionsOf(deliveries: readonly DeliveryBody[]): number[] {
  return deliveries.map(({ event }) => event.position);
}

export function streamsOf(deliveries: readonly DeliveryBody[]): string[] {
  return [...new Set(deliveries.map(({ event }) => event.stream))].sort();
}
