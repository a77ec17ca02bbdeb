import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../../support/async.js';
import { BuiltServer } from '../../../support/built-server.js';
import {
  createDatabase,
  type DatabaseKind,
  type TestDatabase,
} from '../../../support/databases.js';
import { GroupApi } from '../../../support/groups-api.js';
import { foreigners, HubApi, type LoggedBody } from '../../../support/hub-api.js';
import { SeededRandom } from '../../../support/processes/seeded-random.mjs';
import { FAULT_ROUNDS, SEED } from '../report.js';
import { GroupOracle } from './group-oracle.js';
import { GroupWorker } from './group-worker.js';

const GROUP = 'torture';
const LEASE_MS = 500;
const DEFINITION = {
  categories: ['parcel'],
  partitions: 16,
  leaseMs: LEASE_MS,
  ackTimeoutMs: 60_000,
  maxAttempts: 100,
};
const STREAMS = 24;
const WORKERS = 3;
const MOST_WORKERS = 6;
/** PostgreSQL serves several hubs; those on one SQLite file are one machine's anyway. */
const HUBS: Readonly<Record<DatabaseKind, number>> = { sqlite: 1, postgres: 2 };
const SETTINGS = { HUB: 'on', CONTEXTS: 'none' };
const SETTLED_WITHIN_MS = 60_000;
const MOST_ON_A_PAGE = 1_000;

/** Round after round a worker is killed, added or sent away, or a hub is killed, while events are appended. */
export async function groupRounds(kind: DatabaseKind): Promise<void> {
  process.stdout.write(`consumer group on ${kind}: ${ROUNDS} rounds, TORTURE_SEED=${SEED}\n`);
  const world = await GroupWorld.create(kind);
  try {
    await world.run(ROUNDS);
  } catch (error) {
    throw new Error(`TORTURE_SEED=${SEED}: ${String(error)}`, { cause: error });
  } finally {
    await world.end();
  }
}

const DEEDS = [
  'kill a worker',
  'kill a worker at work',
  'have a worker stand still',
  'add a worker',
  'send a worker away',
  'kill a hub',
  'kill a worker at work',
  'have a worker stand still',
  'wait',
] as const;
type Deed = (typeof DEEDS)[number];
/** Each deed is done once at least. */
const ROUNDS = Math.max(DEEDS.length, 2 * FAULT_ROUNDS);

class GroupWorld {
  private readonly random = new SeededRandom(SEED);
  private readonly oracle = new GroupOracle();
  private readonly workers: GroupWorker[] = [];
  private readonly runs: Promise<void>[] = [];
  private readonly counts = new Map<Deed, number>();
  private started = 0;
  private appended = 0;
  private isAppending = true;
  private deeds: Deed[] = [];

  private constructor(
    private readonly database: TestDatabase,
    private readonly hubs: { server: BuiltServer; readonly port: string }[],
  ) {}

  static async create(kind: DatabaseKind): Promise<GroupWorld> {
    const database = await createDatabase(kind);
    const hubs: { server: BuiltServer; readonly port: string }[] = [];
    while (hubs.length < HUBS[kind]) {
      const server = await BuiltServer.start(database, SETTINGS);
      hubs.push({ server, port: new URL(server.http.url).port });
    }
    return new GroupWorld(database, hubs);
  }

  async run(rounds: number): Promise<void> {
    await this.group().create(DEFINITION);
    const appending = this.append();
    while (this.workers.length < WORKERS) this.addWorker();
    for (let nr = 0; nr < rounds; nr += 1) {
      await delay(this.random.between(50, 400));
      await this.do(this.nextDeed());
      this.assertSound(this.oracle.violations);
    }
    this.isAppending = false;
    await appending;
    await this.settle();
    const log = await this.log();
    this.assertSound(this.oracle.finalViolations(log));
    await this.dismissAll();
    this.report(log.length);
  }

  async end(): Promise<void> {
    this.isAppending = false;
    for (const worker of this.workers) worker.kill();
    for (const { server } of this.hubs) await server.kill();
    await Promise.allSettled(this.runs);
    await this.database.drop();
  }

  /** Each of them once, in whatever order, and then again. */
  private nextDeed(): Deed {
    if (this.deeds.length === 0) this.deeds = [...DEEDS];
    return this.deeds.splice(this.random.between(0, this.deeds.length - 1), 1)[0];
  }

  private async do(deed: Deed): Promise<void> {
    this.counts.set(deed, (this.counts.get(deed) ?? 0) + 1);
    switch (deed) {
      case 'kill a worker':
        this.takeOne()?.kill();
        return this.addWorker();
      case 'kill a worker at work':
        this.takeOne()?.killAtWork();
        return this.addWorker();
      case 'have a worker stand still':
        return this.workers.at(this.random.between(0, this.workers.length - 1))?.standStill();
      case 'add a worker':
        if (this.workers.length < MOST_WORKERS) this.addWorker();
        return;
      case 'send a worker away':
        if (this.workers.length > 1) this.takeOne()?.dismiss();
        return;
      case 'kill a hub': {
        const hub = this.random.pick(this.hubs);
        await hub.server.kill();
        hub.server = await BuiltServer.start(this.database, { ...SETTINGS, PORT: hub.port });
        return;
      }
      case 'wait':
    }
  }

  private addWorker(): void {
    this.started += 1;
    const name = `worker ${this.started}`;
    const { oracle, random } = this;
    const worker = new GroupWorker(name, () => this.group(), LEASE_MS, oracle, random);
    this.workers.push(worker);
    this.runs.push(
      worker.run().catch((error: unknown) => {
        this.oracle.violations.push(`${name} has failed: ${String(error)}`);
      }),
    );
  }

  private takeOne(): GroupWorker | undefined {
    const [taken] = this.workers.splice(this.random.between(0, this.workers.length - 1), 1);
    return taken;
  }

  private group(): GroupApi {
    return new GroupApi(this.random.pick(this.hubs).server.http, GROUP);
  }

  private async append(): Promise<void> {
    while (this.isAppending) {
      const events = foreigners(this.random.between(1, 4));
      const stream = `parcel-${this.random.between(1, STREAMS)}`;
      for (let isStored = false; !isStored;) {
        const { http } = this.random.pick(this.hubs).server;
        const answer = await new HubApi(http).append(stream, events).catch(() => undefined);
        isStored = answer?.status === 201;
        if (!isStored && !this.isAppending) return;
        await delay(isStored ? 2 : 20);
      }
      this.appended += events.length;
    }
  }

  private async settle(): Promise<void> {
    const isSettled = async (): Promise<boolean> => {
      const { body } = await this.group().status();
      return body.position === body.head && body.inFlight === 0;
    };
    const options = { patienceMs: SETTLED_WITHIN_MS, lookEveryMs: 50 };
    await until(isSettled, 'everything is acknowledged', options);
    expect((await this.group().status()).body.parked).toBe(0);
  }

  private async dismissAll(): Promise<void> {
    for (const worker of this.workers) worker.dismiss();
    await Promise.all(this.runs);
  }

  private async log(): Promise<readonly LoggedBody[]> {
    const log: LoggedBody[] = [];
    for (let after = 0, head = 1; after < head;) {
      const query = { after, limit: MOST_ON_A_PAGE };
      const { body } = await new HubApi(this.hubs[0].server.http).log(query);
      log.push(...body.items);
      [after, head] = [body.nextAfter, body.head];
    }
    expect(log.length).toBeGreaterThanOrEqual(this.appended);
    return log;
  }

  private assertSound(violations: readonly string[]): void {
    if (violations.length === 0) return;
    throw new Error(`${violations.length} violations:\n${violations.slice(0, 20).join('\n')}`);
  }

  private report(events: number): void {
    const takeovers = this.oracle.takeoversMs.toSorted((one, other) => one - other);
    const middle = takeovers[Math.floor(takeovers.length / 2)] ?? 0;
    process.stdout.write(
      `consumer group: ${events} events, ${JSON.stringify(Object.fromEntries(this.counts))}; ` +
        `taken over after ${(middle / LEASE_MS).toFixed(1)} leases in the middle, ` +
        `${((takeovers.at(-1) ?? 0) / LEASE_MS).toFixed(1)} at the most\n`,
    );
  }
}
