import type { Outcome } from '../deed.js';

/** What a client asks for, under a key of its own. */
export type MoneyWish =
  | {
      readonly kind: 'deposit' | 'withdraw';
      readonly account: string;
      readonly amount: number;
      readonly currency: string;
    }
  | {
      readonly kind: 'transfer';
      readonly from: string;
      readonly to: string;
      readonly amount: number;
      readonly currency: string;
    };

/** Something that was asked for, once or again and again until it was answered. */
export interface MoneyDeed {
  readonly key: string;
  readonly wish: MoneyWish;
  /** Of each time it was sent: the log has it with whatever that has led to. */
  readonly correlationIds: readonly string[];
  /** What the client knows after the last time. */
  readonly outcome: Outcome;
  /** Of the transfer, as every answer has named it. */
  readonly transferIds: readonly string[];
}
