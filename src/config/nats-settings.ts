import { isCategory } from '../event-sourcing/index.js';
import type { SettingsReader } from './settings-reader.js';

/** Where events leave to, and which of them. */
export interface NatsConfig {
  readonly servers: readonly string[];
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
  readonly credentialsFile?: string;
  readonly stream: string;
  readonly replicas: number;
  readonly duplicateWindowMs: number;
  /** Whose events leave; undefined for all. */
  readonly categories?: readonly string[];
  /** The name of this program as a consumer. */
  readonly consumer: string;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const NAME = /^[A-Za-z0-9_-]{1,100}$/;
const NAME_REMEDY = 'type letters, digits, _ and -';
const SCHEMES = ['nats:', 'tls:'];

type Servers = Pick<NatsConfig, 'servers' | 'user' | 'password' | 'token'>;

/** @returns undefined where `NATS_URL` is not set: then no event leaves. */
export function readNatsConfig(settings: SettingsReader): NatsConfig | undefined {
  const servers = settings.optionalParsed(
    'NATS_URL',
    'type the addresses of the servers, separated by commas, for example NATS_URL=nats://127.0.0.1:4222. A user and a ' +
      'password, or a token, stand in the first: nats://user:password@127.0.0.1:4222',
    parseServers,
  );
  const credentialsFile = settings.optionalParsed(
    'NATS_CREDS',
    'type the name of the file that nsc has made, for example NATS_CREDS=/etc/hub.creds',
    (text) => text,
  );
  const categories = settings.optionalParsed(
    'NATS_CATEGORIES',
    'type the categories whose events are to leave, separated by commas, for example NATS_CATEGORIES=user,account; ' +
      'leave it out for all',
    parseCategories,
  );
  const replicas = settings.integer('NATS_REPLICAS', { min: 1, max: 5, default: 1 });
  const duplicateWindowMs = settings.integer('NATS_DUPLICATE_WINDOW_MS', {
    min: 100,
    max: 7 * DAY_MS,
    default: 2 * MINUTE_MS,
  });
  const stream = settings.matching('NATS_STREAM', NAME, NAME_REMEDY, 'HUB');
  const consumer = settings.matching('NATS_CONSUMER', NAME, NAME_REMEDY, 'hindsight');
  if (!servers) return undefined;
  return {
    ...servers,
    ...(credentialsFile !== undefined && { credentialsFile }),
    ...{ stream, replicas, duplicateWindowMs, consumer },
    ...(categories && { categories }),
  };
}

function parseServers(text: string): Servers | undefined {
  const urls = text.split(',').map((each) => each.trim());
  if (!urls.every((url) => URL.canParse(url))) return undefined;
  const parsed = urls.map((url) => new URL(url));
  const areServers = parsed.every(
    ({ protocol, hostname, pathname, search, hash }) =>
      SCHEMES.includes(protocol) && hostname !== '' && pathname + search + hash === '',
  );
  if (!areServers) return undefined;
  const [{ username, password }] = parsed;
  const servers = parsed.map(({ protocol, host }) => `${protocol}//${host}`);
  const named = decoded(username);
  const secret = decoded(password);
  if (named === undefined || secret === undefined) return undefined;
  if (named === '') return { servers };
  return secret === '' ? { servers, token: named } : { servers, user: named, password: secret };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function parseCategories(text: string): readonly string[] | undefined {
  const categories = text.split(',').map((each) => each.trim());
  return categories.every(isCategory) ? categories : undefined;
}
