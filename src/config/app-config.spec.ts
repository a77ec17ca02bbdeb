import { problemsOf } from '../../test/support/setting-problems.js';
import { AppConfig } from './app-config.js';

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
      hub: undefined,
      transferTimeoutMs: 60_000,
      mailOutbox: 'data/outbox',
      servesMetrics: true,
      trustedProxies: [],
      auth: undefined,
      servesOperations: true,
      servesHub: false,
      hubSource: '/hub',
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
      TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8,fd00::/8',
      AUTH: 'on',
      JWT_JWKS_URL: 'https://login.example.com/keys',
      JWT_ISSUER: 'https://login.example.com/',
      JWT_AUDIENCE: 'hub',
      RATE_LIMIT: '1000',
      RATE_LIMIT_ANONYMOUS: '10',
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
      trustedProxies: ['127.0.0.1', '10.0.0.0/8', 'fd00::/8'],
      auth: {
        tokens: {
          jwksUrl: new URL('https://login.example.com/keys'),
          issuer: 'https://login.example.com/',
          audience: 'hub',
        },
        requestsPerMinute: 1_000,
        anonymousRequestsPerMinute: 10,
      },
      servesOperations: true,
      servesHub: true,
      hubSource: '/hub',
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
  ])('may ask nobody who they are where HOST is %s: %s', (HOST, isAllowed) => {
    const problem =
      `HOST is "${HOST}" and AUTH is off: whoever reaches this server could read and change everything. Type AUTH=on, ` +
      'and make a key with: npm run hub -- keys create <name> --read user. Or listen on this machine, for example ' +
      'HOST=127.0.0.1';
    for (const AUTH of [{}, { AUTH: 'off', HUB: 'on' }] as Record<string, string>[]) {
      expect(problemsOf({ HOST, ...AUTH })).toEqual(isAllowed ? [] : [problem]);
    }
    expect(problemsOf({ HOST, AUTH: 'on', HUB: 'on' })).toEqual([]);
  });

  it.each(['', 'proxy', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '::/129', '10.0.0.1,,', '*'])(
    'believes no proxy that is "%s"',
    (TRUSTED_PROXIES) => {
      const [problem, ...others] = problemsOf({ TRUSTED_PROXIES });
      expect(others).toEqual([]);
      expect(problem).toMatch(
        /^TRUSTED_PROXIES is (empty|wrong): type the addresses or networks of/,
      );
    },
  );

  it('asks everybody for a key where AUTH is on, and counts their requests', () => {
    expect(AppConfig.fromEnvironment({ AUTH: 'on' }).auth).toEqual({
      requestsPerMinute: 120_000,
      anonymousRequestsPerMinute: 600,
    });
  });

  const TOKENS = {
    AUTH: 'on',
    JWT_JWKS_URL: 'https://login.example.com/keys',
    JWT_ISSUER: 'https://login.example.com/',
    JWT_AUDIENCE: 'hub',
  };

  it.each(['JWT_JWKS_URL', 'JWT_ISSUER', 'JWT_AUDIENCE'])('takes no tokens without %s', (name) => {
    expect(problemsOf({ ...TOKENS, [name]: ' ' })).toEqual([
      `${name} is not set: tokens are taken when JWT_JWKS_URL, JWT_ISSUER and JWT_AUDIENCE are. Type ${name}=…, or ` +
        'take the others out',
    ]);
  });

  it('refuses settings of tokens that nobody would be asked for', () => {
    expect(problemsOf({ ...TOKENS, AUTH: 'off' })).toEqual([
      expect.stringMatching(/^JWT_JWKS_URL, .* is set and AUTH is off: .*Type AUTH=on/),
    ]);
  });

  it.each([
    ['http://login.example.com/keys', false],
    ['http://127.0.0.1.example.com/keys', false],
    ['http://127.0.0.1:8080/keys', true],
    ['http://[::1]:8080/keys', true],
    ['http://localhost/keys', true],
  ])('gets the keys of tokens from %s: %s', (JWT_JWKS_URL, isAllowed) => {
    const problems = problemsOf({ ...TOKENS, JWT_JWKS_URL });
    expect(problems).toEqual(
      isAllowed ? [] : [expect.stringMatching(/^JWT_JWKS_URL is .*Type an address with https/)],
    );
  });

  it.each(['AUTH', 'OPERATIONS'])('refuses %s=yes', (name) => {
    expect(problemsOf({ [name]: 'yes' })).toEqual([
      expect.stringMatching(new RegExp(`^${name} is "yes": type one of on, off, for example`)),
    ]);
  });

  it('refuses HUB=true', () => {
    expect(problemsOf({ HUB: 'true' })).toEqual([
      'HUB is "true": type one of on, off, for example HUB=off',
    ]);
  });

  it.each(['', 'user', 'users,', 'users accounts'])('refuses CONTEXTS=%s', (CONTEXTS) => {
    expect(problemsOf({ CONTEXTS })).toEqual([
      expect.stringMatching(
        /^CONTEXTS is .*: type some of users, accounts, transfers, separated by commas, or none, for example CONTEXTS=users,accounts,transfers$/,
      ),
    ]);
  });

  it('runs no service where CONTEXTS is none', () => {
    expect(AppConfig.fromEnvironment({ CONTEXTS: 'none' }).contexts).toEqual([]);
  });

  it('has the log at a hub, and then a database named after the services', () => {
    const hub = { HUB_URL: 'http://hub:3000', HUB_KEY: 'hub_x', CONTEXTS: 'accounts,transfers' };
    expect(AppConfig.fromEnvironment(hub)).toMatchObject({
      hub: { url: new URL('http://hub:3000'), key: 'hub_x', patienceMs: 10_000 },
      database: { kind: 'sqlite', path: 'data/accounts-transfers.sqlite' },
    });
    const named = { ...hub, DATABASE_URL: 'sqlite:data/own.sqlite' };
    expect(AppConfig.fromEnvironment(named).database).toEqual({
      kind: 'sqlite',
      path: 'data/own.sqlite',
    });
  });

  it.each([
    [{ HUB_URL: 'http://hub' }, /^HUB_URL is set and HUB_KEY is not: .* keys create/],
    [{ HUB_KEY: 'hub_x' }, /^HUB_KEY is set and HUB_URL is not: type HUB_URL=/],
    [
      { HUB_URL: 'http://hub', HUB_KEY: 'hub_x', HUB: 'on' },
      /^HUB is on and HUB_URL names another/,
    ],
    [{ HUB_URL: 'http://hub', HUB_KEY: 'hub_x', CONTEXTS: 'none' }, /^HUB_URL is set and CONTEXTS/],
  ])('refuses %o', (settings: Record<string, string>, problem) => {
    expect(problemsOf(settings)).toEqual([expect.stringMatching(problem)]);
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
