import { problemsOf } from '../../test/support/setting-problems.js';
import { AppConfig } from './app-config.js';

describe('The settings of NATS', () => {
  it('takes the address of NATS apart', () => {
    const { nats } = AppConfig.fromEnvironment({
      NATS_URL: 'nats://hub:p%40ss@a:4222, tls://b:4223',
      NATS_CREDS: '/etc/hub.creds',
      NATS_CATEGORIES: 'user,account',
      NATS_REPLICAS: '3',
      NATS_DUPLICATE_WINDOW_MS: '600000',
    });
    expect(nats).toEqual({
      servers: ['nats://a:4222', 'tls://b:4223'],
      user: 'hub',
      password: 'p@ss',
      credentialsFile: '/etc/hub.creds',
      categories: ['user', 'account'],
      stream: 'HUB',
      replicas: 3,
      duplicateWindowMs: 600_000,
      consumer: 'hindsight',
    });
    expect(AppConfig.fromEnvironment({ NATS_URL: 'nats://secret@a' }).nats).toMatchObject({
      token: 'secret',
    });
  });

  it.each(['', 'a:4222', 'http://a:4222', 'nats://u:secret@a/x', 'nats://a,,'])(
    'refuses NATS_URL=%s, and repeats no secret',
    (NATS_URL) => {
      const [problem, ...others] = problemsOf({ NATS_URL });
      expect(problem).toMatch(/^NATS_URL is (empty|wrong): type the addresses of the servers/);
      expect(problem).not.toContain('secret');
      expect(others).toEqual([]);
    },
  );

  it.each([
    [{ NATS_CATEGORIES: 'User' }, /^NATS_CATEGORIES is wrong: type the categories/],
    [{ NATS_STREAM: 'a.b' }, /^NATS_STREAM is "a\.b": type letters, digits, _ and -/],
    [{ NATS_CONSUMER: '*' }, /^NATS_CONSUMER is "\*": type letters, digits, _ and -/],
    [{ NATS_REPLICAS: '6' }, /^NATS_REPLICAS is "6": type a whole number from 1 to 5/],
  ])('refuses %j', (settings, problem) => {
    expect(problemsOf(settings as Record<string, string>)).toEqual([
      expect.stringMatching(problem),
    ]);
  });
});
