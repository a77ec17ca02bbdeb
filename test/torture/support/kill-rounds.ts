import { setTimeout as delay } from 'node:timers/promises';
import { BuiltServer } from '../../support/built-server.js';
import { createDatabase, type DatabaseKind, type TestDatabase } from '../../support/databases.js';
import { SeededRandom } from '../../support/processes/seeded-random.mjs';
import { Crowd } from './client.js';
import { CrashAudit } from './crash-audit.js';
import { letLoose, repeatUnknown } from './crowd.js';
import type { Deed } from './deed.js';
import { Report, KILL_ROUNDS, SEED } from './report.js';

const ROUNDS_A_DATABASE = 20;
const LONGEST_LOAD_MS = 300;
/** When a server that is being started has migrated, at the latest. */
const LONGEST_START_MS = 1_500;
const KILLED_TWICE = 0.15;

/** Round after round: a server is killed under load and started again, and its log is held against what it answered. */
export async function killRounds(kind: DatabaseKind): Promise<void> {
  const random = new SeededRandom(SEED);
  const report = new Report(`kill -9 on ${kind}`, KILL_ROUNDS);
  for (let left = KILL_ROUNDS; left > 0; left -= ROUNDS_A_DATABASE) {
    const database = await createDatabase(kind);
    const rounds = new KillRounds(database, random, report);
    try {
      await rounds.run(Math.min(left, ROUNDS_A_DATABASE));
    } finally {
      await rounds.end();
      await database.drop();
    }
  }
}

class KillRounds {
  private readonly deeds: Deed[] = [];
  private readonly ids: string[] = [];
  private server: BuiltServer;

  constructor(
    private readonly database: TestDatabase,
    private readonly random: SeededRandom,
    private readonly report: Report,
  ) {
    this.server = BuiltServer.spawn(database);
  }

  async run(rounds: number): Promise<void> {
    // The first of all is killed while it creates the tables.
    await this.killDuringStart();
    await this.restart();
    for (let nr = 1; nr <= rounds; nr += 1) await this.round(`r${nr}`);
  }

  async end(): Promise<void> {
    await this.server.kill();
  }

  private async round(name: string): Promise<void> {
    const crowd = new Crowd(this.server.users, name, this.ids);
    await letLoose(crowd, this.random, async () => {
      await crowd.inFullSwing.opened;
      await delay(this.random.next() * LONGEST_LOAD_MS);
      crowd.isOver = true;
      await this.server.kill();
    });
    const { deeds, scandals } = crowd;
    scandals.push(...printedBy(this.server));
    if (this.random.next() < KILLED_TWICE) await this.killDuringStart();
    const recoveryMs = await this.restart();

    this.deeds.push(...deeds);
    const audit = new CrashAudit(this.database, this.deeds);
    const violations = [...scandals, ...(await audit.check(this.server.users))];
    this.deeds.push(...(await repeatUnknown(this.server.users, deeds)));
    violations.push(...(await audit.check(this.server.users)));
    this.report.round(deeds, recoveryMs, violations);
  }

  private async killDuringStart(): Promise<void> {
    if (!this.server.isRunning) this.server = BuiltServer.spawn(this.database);
    await delay(this.random.next() * LONGEST_START_MS);
    await this.server.kill();
  }

  /** @returns how long it took until the server was ready again. */
  private async restart(): Promise<number> {
    const before = performance.now();
    this.server = await BuiltServer.start(this.database);
    return performance.now() - before;
  }
}

/** A server that is well logs no errors. */
function printedBy({ output }: BuiltServer): string[] {
  return /\bERROR\b/.test(output) ? [`the server has logged: ${output}`] : [];
}
