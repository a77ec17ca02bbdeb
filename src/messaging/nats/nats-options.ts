/** How JetStream is reached, and what its stream must be like. */
export interface NatsOptions {
  /** Addresses such as `nats://127.0.0.1:4222`: of one server, or of several of a cluster. */
  readonly servers: readonly string[];
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
  /** A file with a user's JWT and key, as `nsc generate creds` makes it. */
  readonly credentialsFile?: string;
  /** The JetStream stream. @default 'HUB' */
  readonly stream?: string;
  /** The first word of every subject. @default 'hub' */
  readonly prefix?: string;
  /** On how many servers each message is stored. @default 1 */
  readonly replicas?: number;
  /** For how long JetStream knows the ids of messages, and drops those that come again, in milliseconds. @default 120000 */
  readonly duplicateWindowMs?: number;
  /** How long an answer may take, in milliseconds. @default 5000 */
  readonly timeoutMs?: number;
  /** How many events may be under way at once, each of another key. @default 256 */
  readonly inFlight?: number;
}

export const DEFAULT_STREAM = 'HUB';
export const DEFAULT_PREFIX = 'hub';
export const DEFAULT_REPLICAS = 1;
export const DEFAULT_DUPLICATE_WINDOW_MS = 120_000;
const DEFAULT_TIMEOUT_MS = 5_000;
const DEFAULT_IN_FLIGHT = 256;

/** The options, with nothing left open. */
export type NatsSettings = Required<
  Omit<NatsOptions, 'user' | 'password' | 'token' | 'credentialsFile'>
> &
  Pick<NatsOptions, 'user' | 'password' | 'token' | 'credentialsFile'>;

export function natsSettings(options: NatsOptions): NatsSettings {
  return {
    stream: DEFAULT_STREAM,
    prefix: DEFAULT_PREFIX,
    replicas: DEFAULT_REPLICAS,
    duplicateWindowMs: DEFAULT_DUPLICATE_WINDOW_MS,
    timeoutMs: DEFAULT_TIMEOUT_MS,
    inFlight: DEFAULT_IN_FLIGHT,
    ...options,
  };
}
