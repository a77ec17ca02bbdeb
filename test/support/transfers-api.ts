import { until } from './async.js';
import type { Answer, HttpClient, RequestHeaders } from './http-client.js';
import { type PageBody, type Query, queryOf } from './users-api.js';

export interface TransferBody {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly amount: number;
  readonly currency: string;
  readonly description: string | null;
  readonly status: 'pending' | 'completed' | 'refunded' | 'failed';
  readonly reasonCode: string | null;
  readonly reason: string | null;
  readonly requestedAt: string;
  readonly expiresAt: string;
}

export interface StepBody {
  readonly position: number;
  readonly time: string;
  readonly kind: string;
  readonly accountId: string | null;
  readonly reasonCode: string | null;
  readonly reason: string | null;
}

export interface TransferWithStepsBody extends TransferBody {
  readonly steps: readonly StepBody[];
}

export interface NewTransfer {
  readonly from: string;
  readonly to: string;
  readonly amount: number;
  /** @default 'EUR' */
  readonly currency?: string;
  readonly description?: string;
}

export const TRANSFERS = '/api/v1/transfers';

/** The transfers service as its clients call it. */
export class TransfersApi {
  constructor(private readonly http: HttpClient) {}

  request(transfer: NewTransfer, headers?: RequestHeaders): Promise<Answer<TransferBody>> {
    return this.http.post(TRANSFERS, { currency: 'EUR', ...transfer }, headers);
  }

  find(id: string): Promise<Answer<TransferWithStepsBody>> {
    return this.http.get(`${TRANSFERS}/${id}`);
  }

  list(query: Query = {}): Promise<Answer<PageBody<TransferBody>>> {
    return this.http.get(`${TRANSFERS}${queryOf(query)}`);
  }

  /** The transfer when it has ended. */
  async ended(id: string): Promise<TransferWithStepsBody> {
    let transfer: TransferWithStepsBody | undefined;
    await until(async () => {
      const { status, body } = await this.find(id);
      if (status === 200) transfer = body;
      return transfer !== undefined && transfer.status !== 'pending';
    }, `transfer ${id} ends`);
    return transfer as TransferWithStepsBody;
  }
}
