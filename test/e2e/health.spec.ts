import { Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { configureApp } from '../../src/app.setup.js';
import { HubHttpAdapter } from '../../src/common/http/hub-http.adapter.js';
import {
  EventSourcingModule,
  EventStore,
  StoreUnavailableError,
} from '../../src/event-sourcing/index.js';
import { NotReadyError } from '../../src/ops/health/not-ready.error.js';
import { HealthModule } from '../../src/ops/health/health.module.js';
import { ReadinessCheck } from '../../src/ops/health/readiness-check.js';
import { ShutdownReadinessCheck } from '../../src/ops/health/shutdown.readiness-check.js';

class CacheReadinessCheck extends ReadinessCheck {
  readonly name = 'cache';
  problem: Error | undefined;

  check(): Promise<Readonly<Record<string, unknown>>> {
    return this.problem ? Promise.reject(this.problem) : Promise.resolve({ entries: 3 });
  }
}

@Module({ providers: [CacheReadinessCheck] })
class CacheModule {}

let app: NestFastifyApplication;
let url: string;
let cache: CacheReadinessCheck;

beforeEach(async () => {
  const module = await Test.createTestingModule({
    imports: [EventSourcingModule.forRoot({ store: 'memory' }), HealthModule, CacheModule],
  }).compile();
  const adapter = new HubHttpAdapter({ bodyLimitBytes: 1_024 });
  app = module.createNestApplication<NestFastifyApplication>(adapter, { logger: false });
  await configureApp(app).listen(0, '127.0.0.1');
  url = await app.getUrl();
  cache = app.get(CacheReadinessCheck);
});

afterEach(() => app.close());

async function readiness() {
  const response = await fetch(`${url}/health/ready`);
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body: (await response.json()) as Record<string, unknown>,
  };
}

describe('The health of the server', () => {
  it('is at a place without prefix and version', async () => {
    expect((await fetch(`${url}/api/v1/health/live`)).status).toBe(404);
    const response = await fetch(`${url}/health/live`);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({ status: 'ok' });
  });

  it('tells every check, wherever it is provided', async () => {
    expect(await readiness()).toMatchObject({
      status: 200,
      body: {
        status: 'ok',
        checks: {
          'event-store': { status: 'up', headPosition: 0 },
          shutdown: { status: 'up' },
          cache: { status: 'up', entries: 3 },
        },
      },
    });
  });

  it('is a problem while a check fails, and good again afterwards', async () => {
    cache.problem = new NotReadyError('It is being warmed.');
    const { status, type, body } = await readiness();
    expect(status).toBe(503);
    expect(type).toMatch(/^application\/problem\+json/);
    expect(body).toMatchObject({
      code: 'not-ready',
      detail: 'Not ready: cache.',
      checks: {
        'event-store': { status: 'up' },
        cache: { status: 'down', message: 'It is being warmed.' },
      },
    });
    expect((await fetch(`${url}/health/live`)).status).toBe(200);

    cache.problem = undefined;
    expect((await readiness()).status).toBe(200);
  });

  it('does not show the reason of an unexpected failure to the world', async () => {
    cache.problem = new Error('connect ECONNREFUSED 10.1.2.3:6379');
    const { status, body } = await readiness();
    expect(status).toBe(503);
    expect(JSON.stringify(body)).not.toContain('10.1.2.3');
  });

  it('is a problem while the event store cannot be reached', async () => {
    const store = app.get(EventStore);
    store.headPosition = () => Promise.reject(new StoreUnavailableError('gone'));
    expect(await readiness()).toMatchObject({
      status: 503,
      body: { checks: { 'event-store': { status: 'down' } } },
    });
  });

  it('is a problem for readiness only, once the server shuts down', async () => {
    app.get(ShutdownReadinessCheck).onModuleDestroy();
    expect(await readiness()).toMatchObject({
      status: 503,
      body: { checks: { shutdown: { status: 'down', message: 'The server is shutting down.' } } },
    });
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
  });
});
