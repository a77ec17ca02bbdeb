import type { Answer, HttpClient, RequestHeaders } from './http-client.js';
import { type PageBody, type Query, queryOf } from './users-api.js';

export interface AccountBody {
  readonly id: string;
  readonly owner: string;
  readonly currency: string;
  readonly balance: number;
  readonly available: number;
  readonly status: 'open' | 'closed';
  readonly revision: number;
}

export interface LineBody {
  readonly position: number;
  readonly time: string;
  readonly kind: 'deposit' | 'withdrawal' | 'capture';
  readonly amount: number;
  readonly balance: number;
  readonly description: string | null;
  readonly transferId: string | null;
}

export interface Movement {
  readonly amount: number;
  readonly currency: string;
  readonly description?: string;
}

export const ACCOUNTS = '/api/v1/accounts';

/** The accounts service as its clients call it. */
export class AccountsApi {
  constructor(private readonly http: HttpClient) {}

  open(owner: string, currency = 'EUR', headers?: RequestHeaders): Promise<Answer<AccountBody>> {
    return this.http.post(ACCOUNTS, { owner, currency }, headers);
  }

  find(id: string, when: Query = {}): Promise<Answer<AccountBody>> {
    return this.http.get(`${ACCOUNTS}/${id}${queryOf(when)}`);
  }

  list(query: Query = {}): Promise<Answer<PageBody<AccountBody>>> {
    return this.http.get(`${ACCOUNTS}${queryOf(query)}`);
  }

  statement(id: string, query: Query = {}): Promise<Answer<PageBody<LineBody>>> {
    return this.http.get(`${ACCOUNTS}/${id}/statement${queryOf(query)}`);
  }

  deposit(
    id: string,
    movement: number | Movement,
    headers?: RequestHeaders,
  ): Promise<Answer<AccountBody>> {
    return this.http.post(`${ACCOUNTS}/${id}/deposits`, inEuros(movement), headers);
  }

  withdraw(
    id: string,
    movement: number | Movement,
    headers?: RequestHeaders,
  ): Promise<Answer<AccountBody>> {
    return this.http.post(`${ACCOUNTS}/${id}/withdrawals`, inEuros(movement), headers);
  }

  close(id: string, headers?: RequestHeaders): Promise<Answer<undefined>> {
    return this.http.delete(`${ACCOUNTS}/${id}`, headers);
  }
}

function inEuros(movement: number | Movement): Movement {
  return typeof movement === 'number' ? { amount: movement, currency: 'EUR' } : movement;
}
