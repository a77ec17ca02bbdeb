import { BlockList, isIP } from 'node:net';
import { ConfigurationError } from '../event-sourcing/index.js';
import { type DatabaseUrl, parseDatabaseUrl } from './database-url.js';
import { SettingsReader } from './settings-reader.js';

const LOG_LEVELS = ['error', 'warn', 'log', 'debug', 'verbose'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];
const LOG_FORMATS = ['text', 'json'] as const;
const CONTEXTS = ['users', 'accounts', 'transfers'] as const;
/** The name of a service that can run in this process. */
export type ContextName = (typeof CONTEXTS)[number];
const SWITCH = ['on', 'off'] as const;
const ENVIRONMENTS = ['development', 'test', 'production'] as const;

const LOOPBACK = '127.0.0.1';
const LOOPBACKS = new BlockList();
LOOPBACKS.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACKS.addAddress('::1', 'ipv6');
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
    /** How long a transfer may take until its money goes back. */
    readonly transferTimeoutMs: number,
    /** The directory in which mail is put. */
    readonly mailOutbox: string,
    /** Whether `/metrics` is there. */
    readonly servesMetrics: boolean,
    /** Whether the API is there that looks after processors. It changes things, and asks nobody who they are. */
    readonly servesOperations: boolean,
    /** Whether the log is there for programs in other languages, which may append to it. It asks nobody who they are. */
    readonly servesHub: boolean,
    /** By which the events of the log name their publisher as CloudEvents: a URI-reference. */
    readonly hubSource: string,
    /** Where traces go; nowhere without. */
    readonly tracesTo: URL | undefined,
    /** By which traces name this process. */
    readonly serviceName: string,
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
    const database = settings.parsed(
      'DATABASE_URL',
      'sqlite:data/hindsight.sqlite',
      parseDatabaseUrl,
    );
    const bodyLimitBytes = settings.integer('BODY_LIMIT_BYTES', {
      min: KIBIBYTE,
      max: 16 * MEBIBYTE,
      default: MEBIBYTE,
    });
    const logLevel = settings.oneOf('LOG_LEVEL', LOG_LEVELS, 'log');
    const logFormat = settings.oneOf('LOG_FORMAT', LOG_FORMATS, 'text');
    const contexts = settings.someOf('CONTEXTS', CONTEXTS);
    settings.demand(
      !contexts.includes('transfers') || contexts.includes('accounts'),
      'CONTEXTS has transfers without accounts, whose commands they send: type both, for example ' +
        'CONTEXTS=accounts,transfers',
    );
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
    const operations = settings.oneOf('OPERATIONS', SWITCH, isLoopback(host) ? 'on' : 'off');
    const hub = settings.oneOf('HUB', SWITCH, 'off');
    settings.demand(
      hub === 'off' || isLoopback(host),
      `HUB is on and HOST is "${host}": whoever reaches the hub may append events, so it is served on this machine ` +
        'only. Type HUB=off, or listen on this machine, for example HOST=127.0.0.1',
    );
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
      transferTimeoutMs,
      mailOutbox,
      metrics === 'on',
      operations === 'on',
      hub === 'on',
      hubSource,
      tracesTo,
      serviceName,
    );
  }
}

/** Whether only this machine reaches what listens there; not of a name, which may come to mean something else. */
function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  const family = isIP(host);
  return family !== 0 && LOOPBACKS.check(host, family === 6 ? 'ipv6' : 'ipv4');
}
