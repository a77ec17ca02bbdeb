import type { Answer, HttpClient, RequestHeaders } from './http-client.js';

export interface NewUser {
  readonly username: string;
  readonly email: string;
}

export interface UserBody extends NewUser {
  readonly id: string;
  readonly status: 'active' | 'deactivated';
  readonly revision: number;
}

export interface PageBody<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

export interface EventBody {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly revision: number;
  readonly position: number;
  readonly recordedAt: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly data: unknown;
}

export type Query = Readonly<Record<string, string | number>>;

export const USERS = '/api/v1/users';

/** The users service as its clients call it. */
export class UsersApi {
  constructor(private readonly http: HttpClient) {}

  create(user: NewUser, headers?: RequestHeaders): Promise<Answer<UserBody>> {
    return this.http.post(USERS, user, headers);
  }

  find(id: string, when: Query = {}): Promise<Answer<UserBody>> {
    return this.http.get(`${USERS}/${id}${queryOf(when)}`);
  }

  changeEmail(id: string, email: string, headers?: RequestHeaders): Promise<Answer<UserBody>> {
    return this.http.patch(`${USERS}/${id}`, { email }, headers);
  }

  deactivate(id: string, headers?: RequestHeaders): Promise<Answer<undefined>> {
    return this.http.delete(`${USERS}/${id}`, headers);
  }

  list(query: Query = {}): Promise<Answer<PageBody<UserBody>>> {
    return this.http.get(`${USERS}${queryOf(query)}`);
  }

  history(id: string, query: Query = {}): Promise<Answer<PageBody<EventBody>>> {
    return this.http.get(`${USERS}/${id}/history${queryOf(query)}`);
  }

  /** All pages of the list, one after the other. */
  async listAll(limit = 200): Promise<UserBody[]> {
    const users: UserBody[] = [];
    let cursor: string | null = null;
    do {
      const { status, body } = await this.list(cursor === null ? { limit } : { limit, cursor });
      if (status !== 200) throw new Error(`The list answers ${status}: ${JSON.stringify(body)}`);
      users.push(...body.items);
      cursor = body.nextCursor;
    } while (cursor !== null);
    return users;
  }
}

let named = 0;

/** A user whose name and address no other user of this process has. */
export function someone(): NewUser {
  named += 1;
  return { username: `someone${named}`, email: `someone${named}@example.com` };
}

/** The query as it stands in a URL. */
export function queryOf(query: Query): string {
  const text = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
  return text === '' ? '' : `?${text}`;
}
