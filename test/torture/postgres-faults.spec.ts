import { type PostgresServer, startPostgres } from '../support/postgres-server.mjs';
import { faultRounds, immediateStop, terminatedBackends } from './support/fault-rounds.js';
import { TIMEOUT_MS } from './support/report.js';

describe('A server whose PostgreSQL breaks off under load', () => {
  let postgres: PostgresServer;

  beforeAll(async () => {
    postgres = await startPostgres();
  });

  afterAll(() => postgres.stop());

  it(
    'answers 503 while it is stopped at once, and has everything when it is back',
    () => faultRounds('pg_ctl stop -m immediate', postgres, immediateStop),
    TIMEOUT_MS,
  );

  it(
    'has everything when its connections were terminated',
    () => faultRounds('pg_terminate_backend', postgres, terminatedBackends),
    TIMEOUT_MS,
  );
});
