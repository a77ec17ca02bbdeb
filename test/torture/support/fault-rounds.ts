import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client as Connection } from 'pg';
import { until } from '../../support/async.js';
import { BuiltServer } from '../../support/built-server.js';
import type { TestDatabase } from '../../support/databases.js';
import type { Answer } from '../../support/http-client.js';
import type { PostgresServer } from '../../support/postgres-server.mjs';
import { SeededRandom } from '../../support/processes/seeded-random.mjs';
import { someone } from '../../support/users-api.js';
import { Crowd } from './client.js';
import { CrashAudit } from './crash-audit.js';
import { letLoose, repeatUnknown } from './crowd.js';
import type { Deed } from './deed.js';
import { FAULT_ROUNDS, Report, SEED } from './report.js';

const ROUNDS_A_DATABASE = 20;
const LONGEST_LOAD_MS = 300;

/** A fault of the database under load. Resolves when it takes connections again. */
export type Fault = (world: FaultWorld) => Promise<void>;

export interface FaultWorld {
  readonly postgres: PostgresServer;
  readonly database: TestDatabase;
  readonly server: BuiltServer;
  /** What was not as it should be while the fault lasted. */
  readonly violations: string[];
}

/** Round after round: the database breaks off under load, the server lives on, and its log is held against its answers. */
export async function faultRounds(name: string, postgres: PostgresServer, fault: Fault) {
  const random = new SeededRandom(SEED);
  const report = new Report(name, FAULT_ROUNDS);
  for (let done = 0; done < FAULT_ROUNDS; done += ROUNDS_A_DATABASE) {
    const database = await createDatabaseIn(postgres, `hub_${done}`);
    const server = await BuiltServer.start(database);
    const rounds = new FaultRounds({ postgres, database, server, violations: [] }, fault, random);
    try {
      const count = Math.min(FAULT_ROUNDS - done, ROUNDS_A_DATABASE);
      for (let nr = 1; nr <= count; nr += 1) await rounds.round(`r${nr}`, report);
    } finally {
      await server.kill();
      await database.drop();
    }
  }
}

class FaultRounds {
  private readonly deeds: Deed[] = [];
  private readonly ids: string[] = [];

  constructor(
    private readonly world: FaultWorld,
    private readonly fault: Fault,
    private readonly random: SeededRandom,
  ) {}

  async round(name: string, report: Report): Promise<void> {
    const { server, database } = this.world;
    const { users } = server;
    const crowd = new Crowd(users, name, this.ids);
    let recoveryMs = 0;
    await letLoose(crowd, this.random, async () => {
      await crowd.inFullSwing.opened;
      await delay(this.random.next() * LONGEST_LOAD_MS);
      await this.fault(this.world);
      recoveryMs = await this.untilRecovered(`${name}-back`).catch((error: unknown) => {
        server.assertRunning();
        throw error;
      });
    });

    this.deeds.push(...crowd.deeds);
    const audit = new CrashAudit(database, this.deeds);
    const violations = [
      ...this.world.violations.splice(0),
      ...crowd.scandals,
      ...(await audit.check(users)),
    ];
    this.deeds.push(...(await repeatUnknown(users, crowd.deeds)));
    violations.push(...(await audit.check(users)));
    report.round(crowd.deeds, recoveryMs, violations);
  }

  /** The server works again when it takes writes, knows the list, and says so. */
  private async untilRecovered(key: string): Promise<number> {
    const before = performance.now();
    const { users, http } = this.world.server;
    const user = { username: key, email: `${key}@example.com` };
    await until(async () => {
      const correlationId = `${key}-${this.deeds.length}`;
      const headers = { 'idempotency-key': key, 'x-correlation-id': correlationId };
      const { status, body } = await users.create(user, headers);
      const outcome = status === 201 ? 'acknowledged' : 'unknown';
      this.deeds.push({ kind: 'create', key, user, id: body.id, correlationId, outcome });
      return status === 201;
    });
    await until(async () => (await users.list()).status === 200);
    await until(async () => (await http.get('/health/ready')).status === 200);
    return performance.now() - before;
  }
}

/** Ends the database server as `pg_ctl stop -m immediate` does, sees how the hub takes it, and starts it again. */
export const immediateStop: Fault = async ({ postgres, server, violations }) => {
  await postgres.crash();
  const { users, http } = server;
  const id = '0190b3c4-6b1c-7c3e-8f2a-5d9e1f7a2b3c';
  const answers: Record<string, Answer> = {
    create: await users.create(someone()),
    find: await users.find(id),
    'change-email': await users.changeEmail(id, someone().email),
    deactivate: await users.deactivate(id),
    list: await users.list(),
    history: await users.history(id),
    ready: await http.get('/health/ready'),
  };
  for (const [request, { status, body }] of Object.entries(answers)) {
    if (status !== 503)
      violations.push(`${request} was answered ${status}: ${JSON.stringify(body)}`);
  }
  if ((await http.get('/health/live')).status !== 200) violations.push('the server is not alive');
  await postgres.restart();
};

/** Ends every connection of the hub, and again those that it has made since. */
export const terminatedBackends: Fault = async ({ database }) => {
  const connection = new Connection({ connectionString: database.url });
  await connection.connect();
  try {
    for (let time = 1; time <= 10; time += 1) {
      await connection.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
      await delay(10);
    }
  } finally {
    await connection.end();
  }
};

async function createDatabaseIn(server: PostgresServer, name: string): Promise<TestDatabase> {
  const url = `${server.url}/${name}`;
  const administer = async (sql: string): Promise<void> => {
    const connection = new Connection({ connectionString: `${server.url}/postgres` });
    await connection.connect();
    await connection.query(sql);
    await connection.end();
  };
  await administer(`CREATE DATABASE ${name}`);
  return {
    url,
    options: { type: 'postgres', url },
    outbox: join(tmpdir(), `hindsight-outbox-${name}`),
    drop: () => administer(`DROP DATABASE ${name} WITH (FORCE)`),
  };
}
