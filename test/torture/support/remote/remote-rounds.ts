import { setTimeout as delay } from 'node:timers/promises';
import { RemoteEventStore } from '../../../../src/event-sourcing/index.js';
import { until } from '../../../support/async.js';
import { BuiltServer } from '../../../support/built-server.js';
import {
  createDatabase,
  type DatabaseKind,
  type TestDatabase,
} from '../../../support/databases.js';
import { range } from '../../../support/effects.js';
import { loggedEvents } from '../../../support/logged-events.js';
import { SeededRandom } from '../../../support/processes/seeded-random.mjs';
import { HUB_ROUNDS, Report, SEED } from '../report.js';
import { LogFollowers } from './log-followers.js';
import { remoteViolations } from './remote-audit.js';
import { RemoteCrowd, RemoteWriter } from './remote-writer.js';

const ENDLESS_MS = 60_000;
/** For how long the store of each writer waits for the hub: longer than it is away, or so short that it knows nothing. */
const PATIENCE_MS = [ENDLESS_MS, ENDLESS_MS, 300, 0];
/** How many append through each store at a time, and so share its requests. */
const HANDS = 4;
/** So many appends are acknowledged before the hub is killed. */
const FULL_SWING = 60;
const LONGEST_LOAD_MS = 300;
/** When a hub that is being started listens, at the latest. */
const LONGEST_START_MS = 1_500;
const KILLED_TWICE = 0.15;
/** The whole log is looked at so often, and at the end. */
const AUDIT_EVERY = 10;
const PATIENT = { patienceMs: 60_000 };

/** Round after round: a hub is killed while services append to it from elsewhere, and started again where it was. */
export async function remoteRounds(kind: DatabaseKind): Promise<void> {
  const report = new Report(`hub killed under remote writers, on ${kind}`, HUB_ROUNDS);
  const database = await createDatabase(kind);
  const rounds = await RemoteRounds.on(database, report);
  try {
    for (const nr of range(1, HUB_ROUNDS)) await rounds.round(nr);
  } finally {
    await rounds.end();
    await database.drop();
  }
}

class RemoteRounds {
  private readonly random = new SeededRandom(SEED);
  private readonly crowd = new RemoteCrowd();
  private readonly stores: readonly RemoteEventStore[];
  private readonly writers: readonly RemoteWriter[];
  private told = 0;

  private constructor(
    private readonly database: TestDatabase,
    private readonly report: Report,
    private hub: BuiltServer,
    private readonly settings: Readonly<Record<string, string>>,
    private readonly followers: LogFollowers,
  ) {
    const { url } = hub.http;
    this.stores = PATIENCE_MS.map((patienceMs) => new RemoteEventStore({ url, patienceMs }));
    this.writers = this.stores.flatMap((store, nth) =>
      range(1, HANDS).map((hand) => {
        const random = new SeededRandom(this.random.between(0, 2 ** 31));
        const isPatient = PATIENCE_MS[nth] === ENDLESS_MS;
        return new RemoteWriter(`w${nth + 1}h${hand}`, store, isPatient, this.crowd, random);
      }),
    );
  }

  static async on(database: TestDatabase, report: Report): Promise<RemoteRounds> {
    const settings = { HUB: 'on', CONTEXTS: 'none' };
    const hub = await BuiltServer.start(database, settings);
    const { url } = hub.http;
    // Writers know it by its address, which it keeps.
    const { port } = new URL(url);
    const followers = await LogFollowers.of(url);
    return new RemoteRounds(database, report, hub, { ...settings, PORT: port }, followers);
  }

  async end(): Promise<void> {
    await Promise.all(this.stores.map((store) => store.close()));
    await this.followers.end();
    await this.hub.kill();
  }

  async round(nr: number): Promise<void> {
    this.crowd.isOver = false;
    const running = Promise.all(this.writers.map((writer) => writer.run()));
    const recoveryMs = await Promise.race([this.interrupt(), running.then(() => 0)]).finally(() => {
      this.crowd.isOver = true;
    });
    await running;
    const { deeds, scandals, lostAnswers } = this.crowd;
    const isAudited = nr % AUDIT_EVERY === 0 || nr === HUB_ROUNDS;
    const violations = isAudited ? await this.violations() : [];
    this.report.round(deeds.slice(this.told), recoveryMs, [...scandals, ...violations]);
    this.told = deeds.length;
    if (isAudited) {
      process.stdout.write(`${lostAnswers} were stored by a try whose answer was lost\n`);
    }
  }

  /** @returns how long it took until the hub was ready again */
  private async interrupt(): Promise<number> {
    await this.acknowledged(FULL_SWING);
    await delay(this.random.next() * LONGEST_LOAD_MS);
    const recoveryMs = await this.killAndRestart();
    await this.eachAcknowledged();
    return recoveryMs;
  }

  private async violations(): Promise<readonly string[]> {
    const log = await loggedEvents(this.database);
    return [...remoteViolations(this.crowd.deeds, log), ...(await this.followers.violations(log))];
  }

  private async killAndRestart(): Promise<number> {
    await this.kill();
    if (this.random.next() < KILLED_TWICE) {
      this.hub = BuiltServer.spawn(this.database, this.settings);
      await delay(this.random.next() * LONGEST_START_MS);
      await this.kill();
    }
    const before = performance.now();
    this.hub = await BuiltServer.start(this.database, this.settings);
    return performance.now() - before;
  }

  private async kill(): Promise<void> {
    await this.hub.kill();
    const { output } = this.hub;
    if (/\bERROR\b/.test(output)) this.crowd.scandals.push(`the hub has logged: ${output}`);
  }

  private async acknowledged(more: number): Promise<void> {
    const sum = (): number => this.writers.reduce((total, each) => total + each.acknowledged, 0);
    const enough = sum() + more;
    await until(() => sum() >= enough, `${more} more are acknowledged`, PATIENT);
  }

  private async eachAcknowledged(): Promise<void> {
    const before = this.writers.map(({ acknowledged }) => acknowledged);
    const hasGoneOn = (): boolean =>
      this.writers.every(({ acknowledged }, nth) => acknowledged > before[nth]);
    await until(hasGoneOn, 'every writer goes on', PATIENT);
  }
}
