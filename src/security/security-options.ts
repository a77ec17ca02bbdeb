/** Whose tokens are believed. */
export interface TokenOptions {
  /** Where the public keys are. */
  readonly jwksUrl: URL;
  readonly issuer: string;
  readonly audience: string;
}

/** How a server finds out who sends a request, and how much it takes from one. */
export interface SecurityOptions {
  /** Without, only keys are believed. */
  readonly tokens?: TokenOptions;
  /** Requests a minute of one identity. */
  readonly requestsPerMinute: number;
  /** Requests a minute that come from one address without an identity. */
  readonly anonymousRequestsPerMinute: number;
}

/** Where the options are injected. */
export const SECURITY_OPTIONS = Symbol('SECURITY_OPTIONS');
