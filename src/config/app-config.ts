import { ConfigurationError } from '../event-sourcing/index.js';
import type { SecurityOptions } from '../security/security-options.js';
import { readAuthSettings } from './auth-settings.js';
import { type DatabaseUrl, parseDatabaseUrl } from './database-url.js';
import { LOOPBACK } from './loopback.js';
import { type NatsConfig, readNatsConfig } from './nats-settings.js';
import { readRemoteHub, type RemoteHub } from './remote-hub-settings.js';
import { SettingsReader } from './settings-reader.js';
import { readSubscriptionSettings, type SubscriptionSettings } from './subscription-settings.js';
import { readTrustedProxies } from './trusted-proxies.js';

const LOG_LEVELS = ['error', 'warn', 'log', 'debug', 'verbose'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];
const LOG_FORMATS = ['text', 'json'] as const;
const CONTEXTS = ['users', 'accounts', 'transfers'] as const;
/** The name of a service that can run in this process. */
export type ContextName = (typeof CONTEXTS)[number];
/** For a process that runs no service, as one that serves the log alone. */
const NO_CONTEXT = 'none';
const SWITCH = ['on', 'off'] as const;
const ENVIRONMENTS = ['development', 'test', 'production'] as const;

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** The settings of the server. Inject this class to read them. */
export class AppConfig {
  private constructor(
    readonly port: number,
    readonly host: string,
    readonly database: DatabaseUrl,
    readonly bodyLimitBytes: number,
    readonly logLevels: readonly LogLevel[],
    readonly logFormat: (typeof LOG_FORMATS)[number],
    readonly environment: (typeof ENVIRONMENTS)[number],
    /** The services that run in this process. */
    readonly contexts: readonly ContextName[],
    /** The hub that has the log; undefined where it is in the database. */
    readonly hub: RemoteHub | undefined,
    /** How long a transfer may take until its money goes back. */
    readonly transferTimeoutMs: number,
    /** The directory in which mail is put. */
    readonly mailOutbox: string,
    /** Whether `/metrics` is there. */
    readonly servesMetrics: boolean,
    /** In front of this server: what they say of where a request comes from is believed. */
    readonly trustedProxies: readonly string[],
    /** How it is found out who sends a request; undefined where nobody is asked. */
    readonly auth: SecurityOptions | undefined,
    /** Whether the API is there that looks after processors. */
    readonly servesOperations: boolean,
    /** Whether the log is there for programs in other languages, which may append to it. */
    readonly servesHub: boolean,
    /** How the hub treats those who subscribe to the log. */
    readonly subscriptions: SubscriptionSettings,
    /** By which the events of the log name their publisher as CloudEvents: a URI-reference. */
    readonly hubSource: string,
    /** Where traces go; nowhere without. */
    readonly tracesTo: URL | undefined,
    /** By which traces name this process. */
    readonly serviceName: string,
    /** Where events leave to; nowhere without. */
    readonly nats: NatsConfig | undefined,
  ) {}

  /** @throws ConfigurationError that lists every wrong setting with what to type instead. */
  static fromEnvironment(environment: Readonly<Record<string, string | undefined>>): AppConfig {
    const settings = new SettingsReader(environment);
    const port = settings.integer('PORT', { min: 0, max: 65_535, default: 3000 });
    const host = settings.matching(
      'HOST',
      /^[a-z0-9.:_-]+$/i,
      'type the name or IP address to listen on, without scheme and port',
      LOOPBACK,
    );
    const contexts = settings.someOf('CONTEXTS', CONTEXTS, NO_CONTEXT);
    const hub = readRemoteHub(settings);
    const file = hub ? contexts.join('-') : 'hindsight';
    const database = settings.parsed(
      'DATABASE_URL',
      `sqlite:data/${file}.sqlite`,
      parseDatabaseUrl,
    );
    const bodyLimitBytes = settings.integer('BODY_LIMIT_BYTES', {
      min: KIBIBYTE,
      max: 16 * MEBIBYTE,
      default: MEBIBYTE,
    });
    const logLevel = settings.oneOf('LOG_LEVEL', LOG_LEVELS, 'log');
    const logFormat = settings.oneOf('LOG_FORMAT', LOG_FORMATS, 'text');
    const transferTimeoutMs = settings.integer('TRANSFER_TIMEOUT_MS', {
      min: 100,
      max: DAY_MS,
      default: MINUTE_MS,
    });
    const mailOutbox = settings.matching(
      'MAIL_OUTBOX',
      /^[^\0]+$/,
      'type a directory in which this process may write',
      'data/outbox',
    );
    const metrics = settings.oneOf('METRICS', SWITCH, 'on');
    const trustedProxies = readTrustedProxies(settings);
    const auth = readAuthSettings(settings, host);
    const operations = settings.oneOf('OPERATIONS', SWITCH, 'on');
    const servesHub = settings.oneOf('HUB', SWITCH, 'off') === 'on';
    settings.demand(
      !(hub && servesHub),
      'HUB is on and HUB_URL names another hub: a log is served where it is. Type HUB=off, or take HUB_URL out',
    );
    settings.demand(
      !(hub && contexts.length === 0),
      'HUB_URL is set and CONTEXTS is none: there is nothing to do. Type a service, for example CONTEXTS=users',
    );
    const subscriptions = readSubscriptionSettings(settings);
    const hubSource = settings.matching(
      'HUB_SOURCE',
      /^[\w/][\w.~:/?#@!$&'()*+,;=%-]{0,199}$/,
      'type a URI-reference that names this hub, for example /hub or https://hub.example.com/',
      '/hub',
    );
    const tracesTo = settings.optionalUrl('OTEL_EXPORTER_OTLP_ENDPOINT', 'http://127.0.0.1:4318');
    const serviceName = settings.matching(
      'OTEL_SERVICE_NAME',
      /^\S[^\n]{0,99}$/,
      'type a name of at most 100 characters',
      'hindsight',
    );
    const nats = readNatsConfig(settings);
    const nodeEnv = settings.oneOf('NODE_ENV', ENVIRONMENTS, 'development');
    if (database === undefined || settings.problems.length > 0) {
      throw new ConfigurationError(settings.problems);
    }
    return new AppConfig(
      port,
      // Listening on a name of two addresses takes two servers, and Fastify drains only the first when it closes.
      host === 'localhost' ? LOOPBACK : host,
      database,
      bodyLimitBytes,
      LOG_LEVELS.slice(0, LOG_LEVELS.indexOf(logLevel) + 1),
      logFormat,
      nodeEnv,
      contexts,
      hub,
      transferTimeoutMs,
      mailOutbox,
      metrics === 'on',
      trustedProxies,
      auth,
      operations === 'on',
      servesHub,
      subscriptions,
      hubSource,
      tracesTo,
      serviceName,
      nats,
    );
  }
}
