import type { NewUser } from '../../support/users-api.js';

/**
 * What a client knows of its request: it was done, it was refused, or nobody knows, because the answer never came or
 * said that the database was gone.
 */
export type Outcome = 'acknowledged' | 'refused' | 'unknown';

interface Done {
  /** Sent with the request, and nobody else's: the log has it with everything the request wrote. */
  readonly correlationId: string;
  readonly outcome: Outcome;
  /** The revision in the ETag of the answer. */
  readonly revision?: number;
}

/** One write that a client has asked for. */
export type Deed =
  | (Done & {
      readonly kind: 'create';
      readonly key: string;
      readonly user: NewUser;
      readonly id?: string;
    })
  | (Done & { readonly kind: 'change-email'; readonly id: string; readonly email: string })
  | (Done & { readonly kind: 'deactivate'; readonly id: string });
