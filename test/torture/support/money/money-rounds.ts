import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../../support/async.js';
import { createDatabase, type DatabaseKind } from '../../../support/databases.js';
import { range } from '../../../support/effects.js';
import { MoneyAudit } from '../../../support/money-audit.js';
import { SeededRandom } from '../../../support/processes/seeded-random.mjs';
import { FAULT_ROUNDS, Report, SEED } from '../report.js';
import { type KnownAccounts, MoneyBank } from './money-bank.js';
import { MoneyClient, MoneyCrowd } from './money-client.js';
import type { MoneyDeed } from './money-deed.js';
import { transfersToMail, violationsAtRest, violationsOf } from './money-oracle.js';

const ROUNDS_A_DATABASE = 10;
const CLIENTS = 8;
const LONGEST_LOAD_MS = 400;
/** When a server that is being started has migrated, at the latest. */
const LONGEST_START_MS = 1_500;
const KILLED_TWICE = 0.15;
/** In between, what is under way at the next kill has been under way at the one before. */
const AT_REST_EVERY = 5;
const PATIENCE = { patienceMs: 60_000, lookEveryMs: 100 };
/** Little enough that some wishes are refused, and some transfers fail, for want of money. */
const BEFOREHAND = 10_000;

/** Round after round: servers are killed in the middle of transfers and started again, and every cent is looked for. */
export async function moneyRounds(kind: DatabaseKind, instances: number): Promise<void> {
  const random = new SeededRandom(SEED);
  const report = new Report(`money on ${kind}, ${instances} server(s)`, FAULT_ROUNDS);
  for (let left = FAULT_ROUNDS; left > 0; left -= ROUNDS_A_DATABASE) {
    const bank = new MoneyBank(await createDatabase(kind), instances);
    try {
      await bank.start();
      const known = await bank.openAccounts();
      const rounds = new MoneyRounds(bank, known, random, report);
      await rounds.run(Math.min(left, ROUNDS_A_DATABASE));
    } finally {
      await bank.end();
    }
  }
}

class MoneyRounds {
  private readonly deeds: MoneyDeed[] = [];

  constructor(
    private readonly bank: MoneyBank,
    private readonly known: KnownAccounts,
    private readonly random: SeededRandom,
    private readonly report: Report,
  ) {}

  async run(rounds: number): Promise<void> {
    const beforehand = new MoneyCrowd(this.bank, this.known, 'r0');
    this.deeds.push(...(await this.client('c0', beforehand).fill(BEFOREHAND)));
    for (const nr of range(1, rounds)) {
      await this.round(`r${nr}`, nr % AT_REST_EVERY === 0 || nr === rounds);
    }
    const types = new Set((await this.bank.events()).map(({ type }) => type));
    for (const end of ['completed', 'refunded', 'failed'])
      expect(types).toContain(`transfer.${end}`);
  }

  private async round(name: string, comesToRest: boolean): Promise<void> {
    const crowd = new MoneyCrowd(this.bank, this.known, name, await this.bank.open('EUR'));
    const clients = range(1, CLIENTS).map((nr) => this.client(`c${nr}`, crowd));
    const running = Promise.all(clients.map((client) => client.run()));
    let recoveryMs: number;
    try {
      await crowd.inFullSwing.opened;
      await delay(this.random.next() * LONGEST_LOAD_MS);
      const killed = await this.killSome();
      // Where others are left, they go on.
      crowd.isOver = killed === this.bank.servers.length;
      recoveryMs = await this.restart();
    } finally {
      crowd.isOver = true;
      await running;
    }
    const settling = crowd.deeds.map((deed) => clients[0].settle(deed));
    const settled = await Promise.all(settling);
    this.deeds.push(...settled);
    const violations = [
      ...crowd.scandals,
      ...this.printed(),
      ...(comesToRest ? await this.atRest() : await this.underWay()),
    ];
    this.report.round(crowd.deeds, recoveryMs, violations);
  }

  private client(name: string, crowd: MoneyCrowd): MoneyClient {
    return new MoneyClient(name, crowd, new SeededRandom(this.random.between(0, 2 ** 31)));
  }

  /** @returns how many were killed, at the same moment. */
  private async killSome(): Promise<number> {
    const { servers } = this.bank;
    const count = this.random.between(1, servers.length);
    const victims = servers.toSorted(() => this.random.next() - 0.5).slice(0, count);
    await Promise.all(victims.map((server) => server.kill()));
    return victims.length;
  }

  /** @returns how long it took until all were ready again. */
  private async restart(): Promise<number> {
    const nth = this.bank.servers.findIndex(({ isRunning }) => !isRunning);
    if (nth >= 0 && this.random.next() < KILLED_TWICE) {
      const early = this.bank.spawn(nth);
      await delay(this.random.next() * LONGEST_START_MS);
      await early.kill();
    }
    const before = performance.now();
    await this.bank.start();
    return performance.now() - before;
  }

  private async underWay(): Promise<string[]> {
    return violationsOf({ events: await this.bank.events(), deeds: this.deeds });
  }

  private async atRest(): Promise<string[]> {
    const { bank } = this;
    await this.comesToPass('every transfer has ended', async () => {
      return new MoneyAudit(await bank.events()).pending.length === 0;
    });
    const due = transfersToMail(await bank.events()).length;
    await this.comesToPass('all mail is there', async () => (await bank.mailed()).length >= due);
    const seen = await bank.atRest(this.deeds, this.random);
    return violationsAtRest({ ...seen, events: await bank.events() });
  }

  private async comesToPass(what: string, condition: () => Promise<boolean>): Promise<void> {
    try {
      await until(condition, what, PATIENCE);
    } catch (error) {
      throw new Error(`TORTURE_SEED=${SEED}: ${await this.bank.account()}`, { cause: error });
    }
  }

  /** Servers that are well log no errors. */
  private printed(): string[] {
    return this.bank.servers
      .filter(({ output }) => /\bERROR\b/.test(output))
      .map(({ output }) => `a server has logged: ${output.slice(0, 2_000)}`);
  }
}
