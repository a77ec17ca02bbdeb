import { ConfigurationError } from '../event-sourcing/index.js';
import { AppConfig } from './app-config.js';

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    AppConfig.fromEnvironment(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe('AppConfig', () => {
  it('needs no setting', () => {
    expect(AppConfig.fromEnvironment({})).toEqual({
      port: 3000,
      host: '127.0.0.1',
      database: { kind: 'sqlite', path: 'data/hindsight.sqlite' },
      bodyLimitBytes: 1_048_576,
      logLevels: ['error', 'warn', 'log'],
      logFormat: 'text',
      environment: 'development',
      contexts: ['users', 'accounts', 'transfers'],
      transferTimeoutMs: 60_000,
      mailOutbox: 'data/outbox',
      servesMetrics: true,
      servesOperations: true,
      servesHub: false,
      subscriptions: { maxSubscriptions: 1_000, heartbeatMs: 15_000, patienceMs: 60_000 },
      serviceName: 'hindsight',
    });
  });

  it('takes what is set', () => {
    const environment = {
      PORT: '0',
      HOST: '::1',
      DATABASE_URL: 'postgresql://app@db/hub',
      BODY_LIMIT_BYTES: '16777216',
      LOG_LEVEL: 'error',
      LOG_FORMAT: 'json',
      CONTEXTS: 'accounts',
      TRANSFER_TIMEOUT_MS: '3600000',
      MAIL_OUTBOX: '/var/mail/out',
      METRICS: 'off',
      HUB: 'on',
      MAX_SUBSCRIPTIONS: '20',
      SUBSCRIPTION_HEARTBEAT_MS: '5000',
      SUBSCRIPTION_PATIENCE_MS: '30000',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
      OTEL_SERVICE_NAME: 'shop',
      NODE_ENV: 'production',
      UNRELATED: 'ignored',
    };
    expect(AppConfig.fromEnvironment(environment)).toEqual({
      port: 0,
      host: '::1',
      database: { kind: 'postgres', url: 'postgresql://app@db/hub' },
      bodyLimitBytes: 16_777_216,
      logLevels: ['error'],
      logFormat: 'json',
      environment: 'production',
      contexts: ['accounts'],
      transferTimeoutMs: 3_600_000,
      mailOutbox: '/var/mail/out',
      servesMetrics: false,
      servesOperations: true,
      servesHub: true,
      subscriptions: { maxSubscriptions: 20, heartbeatMs: 5_000, patienceMs: 30_000 },
      tracesTo: new URL('http://collector:4318'),
      serviceName: 'shop',
    });
  });

  it.each([
    ['127.0.0.1', true],
    ['127.8.9.10', true],
    ['::1', true],
    ['localhost', true],
    ['0.0.0.0', false],
    ['::', false],
    ['192.168.0.7', false],
    ['::ffff:192.168.0.7', false],
    ['hub.example.com', false],
    ['localhost.example.com', false],
  ])('looks after processors over HTTP where HOST is %s: %s', (HOST, served) => {
    expect(AppConfig.fromEnvironment({ HOST }).servesOperations).toBe(served);
    const settings = { HOST, OPERATIONS: served ? 'off' : 'on' };
    expect(AppConfig.fromEnvironment(settings).servesOperations).toBe(!served);
  });

  it.each(['0.0.0.0', '::', '192.168.0.7', 'hub.example.com'])(
    'refuses to serve the hub where HOST is %s',
    (HOST) => {
      expect(problemsOf({ HOST, HUB: 'on' })).toEqual([
        `HUB is on and HOST is "${HOST}": whoever reaches the hub may append events, so it is served on this ` +
          'machine only. Type HUB=off, or listen on this machine, for example HOST=127.0.0.1',
      ]);
      expect(problemsOf({ HOST, HUB: 'off' })).toEqual([]);
    },
  );

  it('refuses HUB=true', () => {
    expect(problemsOf({ HUB: 'true' })).toEqual([
      'HUB is "true": type one of on, off, for example HUB=off',
    ]);
  });

  it('refuses OPERATIONS=yes', () => {
    expect(problemsOf({ OPERATIONS: 'yes' })).toEqual([
      'OPERATIONS is "yes": type one of on, off, for example OPERATIONS=on',
    ]);
  });

  it.each(['', 'user', 'users,', 'users accounts'])('refuses CONTEXTS=%s', (CONTEXTS) => {
    expect(problemsOf({ CONTEXTS })).toEqual([
      expect.stringMatching(
        /^CONTEXTS is .*: type some of users, accounts, transfers, separated by commas, for example CONTEXTS=users,accounts,transfers$/,
      ),
    ]);
  });

  it('refuses transfers without accounts', () => {
    expect(problemsOf({ CONTEXTS: 'users,transfers' })).toEqual([
      'CONTEXTS has transfers without accounts, whose commands they send: type both, for example ' +
        'CONTEXTS=accounts,transfers',
    ]);
    expect(problemsOf({ CONTEXTS: 'accounts,transfers' })).toEqual([]);
  });

  it.each(['99', '86400001', '1m'])('refuses TRANSFER_TIMEOUT_MS=%s', (TRANSFER_TIMEOUT_MS) => {
    expect(problemsOf({ TRANSFER_TIMEOUT_MS })).toEqual([
      expect.stringMatching(/: type a whole number from 100 to 86400000, for example .*=60000$/),
    ]);
  });

  it('refuses an address for traces that is none', () => {
    expect(problemsOf({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' })).toEqual([
      'OTEL_EXPORTER_OTLP_ENDPOINT is "collector": type a URL, for example ' +
        'OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318',
    ]);
  });

  it('listens on one address only for localhost', () => {
    expect(AppConfig.fromEnvironment({ HOST: 'localhost' }).host).toBe('127.0.0.1');
  });

  it.each(['abc', '-1', '65536', '3000.5', '0x10', '1e3', '99999999999999999999', 'NaN'])(
    'refuses PORT=%s',
    (PORT) => {
      expect(problemsOf({ PORT })).toEqual([
        `PORT is "${PORT}": type a whole number from 0 to 65535, for example PORT=3000`,
      ]);
    },
  );

  it('refuses a setting that is there and empty, as something has gone missing', () => {
    expect(problemsOf({ PORT: '', LOG_LEVEL: ' ', DATABASE_URL: '' })).toEqual([
      'PORT is empty: type a whole number from 0 to 65535, for example PORT=3000',
      expect.stringMatching(/^DATABASE_URL is empty: type DATABASE_URL=/),
      'LOG_LEVEL is empty: type one of error, warn, log, debug, verbose, for example LOG_LEVEL=log',
    ]);
  });

  it('reports every wrong setting at once', () => {
    const problems = problemsOf({
      PORT: 'abc',
      HOST: 'http://x',
      DATABASE_URL: 'mysql://x/y',
      BODY_LIMIT_BYTES: '1023',
      LOG_LEVEL: 'info',
      LOG_FORMAT: 'xml',
      NODE_ENV: 'staging',
    });
    const names = problems.map((problem) => problem.split(' ')[0]);
    expect(names).toEqual([
      'PORT',
      'HOST',
      'DATABASE_URL',
      'BODY_LIMIT_BYTES',
      'LOG_LEVEL',
      'LOG_FORMAT',
      'NODE_ENV',
    ]);
    for (const problem of problems) expect(problem).toMatch(/: type .*=/);
  });
});
