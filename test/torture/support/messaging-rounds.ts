import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { v7 } from 'uuid';
import type { NewEvent } from '../../../src/event-sourcing/index.js';
import { until } from '../../support/async.js';
import {
  createDatabase,
  type OpenDatabase,
  openDatabase,
  type TestDatabase,
} from '../../support/databases.js';
import { range } from '../../support/effects.js';
import { NatsCluster } from '../../support/nats-cluster.js';
import { SeededRandom } from '../../support/processes/seeded-random.mjs';
import { ROUNDS, SEED } from './report.js';

const SCRIPT = join(import.meta.dirname, '../../support/processes/messaging-runner.mjs');
/** 1,000 where nothing is said, as in CI; TORTURE_ROUNDS=400: 20,000. */
const EVENTS = Math.min(20_000, ROUNDS * 50);
const STREAMS = 40;
const APPENDED_AT_ONCE = 200;
/** Of the events; the others come while they are relayed. */
const BACKLOG = 0.7;
const STEPS = Math.max(4, Math.round(EVENTS / 650));
const PATIENCE = { patienceMs: 90_000, lookEveryMs: 200 };

/** A mistake to be found: `doubles`, `order` or `losses`. */
const FAULT = process.env.TORTURE_BREAK;

/** What a process of its own runs. */
export interface MessagingRole {
  readonly role: 'relay' | 'consumer';
  readonly url: string;
  readonly servers: readonly string[];
  readonly fault?: string;
  /** So many events a consumer handles until it dies, in the transaction of the last one. */
  readonly diesAfter?: number;
}

interface Arrival {
  readonly lane: string;
  readonly nr: number;
}

/** Events are appended, relayed and consumed while the cluster's leader, the relay and the consumer are killed. */
export async function messagingRounds(): Promise<void> {
  process.stdout.write(`messaging: ${EVENTS} events, ${STEPS} kills, TORTURE_SEED=${SEED}\n`);
  const round = await MessagingRound.create();
  try {
    await round.run();
  } catch (error) {
    throw new Error(`TORTURE_SEED=${SEED}: ${String(error)}`, { cause: error });
  } finally {
    await round.end();
  }
}

class MessagingRound {
  private readonly random = new SeededRandom(SEED);
  private readonly running = new Map<string, ChildProcess>();
  private readonly kills = { relay: 0, consumer: 0, leader: 0 };
  private readonly streams = new Map<string, number>();
  private reader: OpenDatabase | undefined;
  private isTormenting = true;
  private isOver = false;
  private restarts: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly cluster: NatsCluster,
    private readonly log: TestDatabase,
    private readonly consumed: TestDatabase,
  ) {}

  static async create(): Promise<MessagingRound> {
    const databases = [await createDatabase('sqlite'), await createDatabase('sqlite')] as const;
    return new MessagingRound(await NatsCluster.start(), ...databases);
  }

  async end(): Promise<void> {
    this.isOver = true;
    await this.restarts;
    await Promise.all(['relay', 'consumer'].map((role) => this.kill(role as 'relay')));
    await this.cluster.end();
    await this.reader?.close();
    await Promise.all([this.log.drop(), this.consumed.drop()]);
  }

  async run(): Promise<void> {
    const startedAt = performance.now();
    const backlog = Math.floor(EVENTS * BACKLOG);
    await this.append(backlog);
    await Promise.all([this.start('relay'), this.start('consumer')]);
    await Promise.all([this.append(EVENTS - backlog), this.torment()]);
    await this.arrive(EVENTS);
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    process.stdout.write(`messaging: killed ${JSON.stringify(this.kills)}, ${seconds} s\n`);
    expect(this.problemsOf(await this.arrivals())).toEqual([]);
  }

  /** In large appends, so that there is a backlog, and whoever is killed is at something. */
  private async append(count: number): Promise<void> {
    const open = await openDatabase(this.log);
    for (let left = count; left > 0; left -= APPENDED_AT_ONCE) {
      const events = new Map<string, NewEvent[]>();
      for (const _ of range(1, Math.min(left, APPENDED_AT_ONCE))) {
        const stream = `parcel-${this.random.between(1, STREAMS)}`;
        this.streams.set(stream, (this.streams.get(stream) ?? 0) + 1);
        const data = { text: 'x'.repeat(200) };
        const event = { id: v7(), type: 'parcel.moved', version: 1, data };
        events.set(stream, [...(events.get(stream) ?? []), event]);
      }
      const appends = [...events].map(([stream, ofStream]) => ({
        stream,
        expectedRevision: 'any' as const,
        events: ofStream,
      }));
      await open.store.appendToStreams(appends);
    }
    await open.close();
  }

  /** Kills somebody whenever some more has arrived, and starts them again. */
  private async torment(): Promise<void> {
    for (const step of range(1, STEPS)) {
      const victim = (['leader', 'relay'] as const)[step % 2];
      const due = Math.floor((EVENTS * step) / (STEPS + 1));
      // Where some are lost for good, there is something to tell.
      if (!(await this.arrive(due))) break;
      // At any moment of what they do, not always behind a commit.
      await delay(this.random.between(0, 40));
      if (victim === 'leader') await this.killLeader();
      else {
        await this.kill(victim);
        await this.start(victim);
        this.kills[victim] += 1;
      }
    }
    this.isTormenting = false;
  }

  private async killLeader(): Promise<void> {
    let leader = await this.cluster.leaderOf('HUB');
    await until(
      async () => (leader ??= await this.cluster.leaderOf('HUB')) !== undefined,
      'there is a leader',
      PATIENCE,
    );
    await leader?.kill();
    this.kills.leader += 1;
    const others = await this.cluster.leaderOf('HUB');
    await until(
      async () => (others ?? (await this.cluster.leaderOf('HUB'))) !== undefined,
      'another one leads',
      PATIENCE,
    );
    await leader?.run();
  }

  private async start(role: MessagingRole['role']): Promise<void> {
    const { url } = role === 'relay' ? this.log : this.consumed;
    const diesAfter =
      role === 'consumer' && this.isTormenting
        ? this.random.between(1, Math.round(EVENTS / STEPS))
        : undefined;
    const { urls: servers } = this.cluster;
    const input: MessagingRole = { role, url, servers, fault: FAULT, diesAfter };
    const child = fork(SCRIPT, [JSON.stringify(input)], { silent: true, execArgv: [] });
    let complaints = '';
    child.stderr?.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
    this.running.set(role, child);
    const ended = once(child, 'exit');
    const started = await Promise.race([
      once(child, 'message').then(() => true),
      ended.then(() => false),
    ]);
    if (diesAfter !== undefined) {
      void ended.then(() => {
        if (this.isOver) return;
        this.kills.consumer += 1;
        this.restarts = this.start('consumer');
      });
    } else if (!started) throw new Error(`The ${role} did not start:\n${complaints}`);
  }

  private async kill(role: MessagingRole['role']): Promise<void> {
    const child = this.running.get(role);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** @returns false when it takes too long */
  private arrive(count: number): Promise<boolean> {
    const condition = async () => (await this.count()) >= count;
    return until(condition, `${count} arrive`, PATIENCE).then(
      () => true,
      () => false,
    );
  }

  private async count(): Promise<number> {
    const [{ count }] = await this.read<{ count: number }>(
      'SELECT count(*) AS count FROM arrivals',
    );
    return count;
  }

  private arrivals(): Promise<readonly Arrival[]> {
    return this.read<Arrival>('SELECT lane, nr FROM arrivals ORDER BY at');
  }

  private async read<Row>(sql: string): Promise<readonly Row[]> {
    this.reader ??= await openDatabase(this.consumed);
    return this.reader.dataSource.query<Row[]>(sql);
  }

  /** The log says how many events each stream has; each must have arrived once, in its order. */
  private problemsOf(arrivals: readonly Arrival[]): readonly string[] {
    const lanes = new Map<string, number[]>();
    for (const { lane, nr } of arrivals) lanes.set(lane, [...(lanes.get(lane) ?? []), nr]);
    return [...this.streams].flatMap(([stream, length]) => {
      const came = lanes.get(stream) ?? [];
      const lost = range(1, length).filter((nr) => !came.includes(nr));
      const doubles = came.filter((nr, at) => came.indexOf(nr) !== at);
      const firsts = came.filter((nr, at) => came.indexOf(nr) === at);
      const early = firsts.filter((nr, at) => nr < (firsts[at - 1] ?? 0));
      return [
        ...(lost.length > 0 ? [`${stream}: ${lost.length} are lost, the first is ${lost[0]}`] : []),
        ...(doubles.length > 0 ? [`${stream}: ${doubles.length} came twice`] : []),
        ...(early.length > 0 ? [`${stream}: ${early.length} came after later ones`] : []),
      ];
    });
  }
}
