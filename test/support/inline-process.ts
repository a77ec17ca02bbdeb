import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './async.js';
import type { TestDatabase } from './databases.js';

const SCRIPT = join(import.meta.dirname, 'processes/inline-appender.mjs');
const BUILT_KIT = join(import.meta.dirname, '../../dist/event-sourcing/index.js');

interface News {
  readonly ready?: true;
  readonly done?: true;
  /** Ids of events whose append was acknowledged, … */
  readonly accepted?: readonly string[];
  /** … refused, … */
  readonly refused?: readonly string[];
  /** … or ended in the dark. */
  readonly unknown?: readonly string[];
  /** Whether the read after an acknowledged append saw it. */
  readonly isFresh?: boolean;
  /** What must not happen. */
  readonly scandal?: string;
}

export interface InlineProcessOptions {
  readonly seed: number;
  /** Whether it has the inline projections `totals` and `seen`, or knows nothing of them. */
  readonly projects: boolean;
  /** Whether it also appends what they fail at; while they are behind, that is stored and parked. */
  readonly poisons?: boolean;
  readonly leaseMs?: number;
}

/** A process of its own that appends, with inline projections or without, and can be killed and stopped. */
export class InlineProcess {
  readonly accepted: string[] = [];
  readonly refused: string[] = [];
  readonly unknown: string[] = [];
  readonly scandals: string[] = [];
  fresh = 0;
  stale = 0;
  private isReady = false;
  private done = 0;

  private constructor(private readonly child: ChildProcess) {
    child.stderr?.on('data', (chunk: Buffer) => this.scandals.push(chunk.toString()));
    child.on('message', (news: News) => this.hear(news));
  }

  static async start(
    database: TestDatabase,
    options: InlineProcessOptions,
  ): Promise<InlineProcess> {
    if (!existsSync(BUILT_KIT)) {
      throw new Error('This test runs the built kit. Run "npm run build" first.');
    }
    const input = JSON.stringify({ url: database.url, ...options });
    const started = new InlineProcess(fork(SCRIPT, [input], { silent: true, execArgv: [] }));
    await started.until(() => started.isReady, 'it has started');
    return started;
  }

  /** Has it append, until it rests or dies. */
  append(): Promise<void> {
    return this.order('append');
  }

  /** Resolves when nothing that it appends is under way. */
  rest(): Promise<void> {
    return this.order('rest');
  }

  /** One append, of one event. */
  appendOnce(): Promise<void> {
    return this.order('append once');
  }

  catchUp(): Promise<void> {
    return this.order('catch up');
  }

  /** Has it stop, as by SIGSTOP, in the transaction of its next append, with the row of a read model written. */
  freezeInNextAppend(): Promise<void> {
    return this.order('freeze');
  }

  thaw(): void {
    this.child.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    const { exitCode, signalCode } = this.child;
    if (exitCode !== null || signalCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exit;
  }

  async until(condition: () => boolean, what?: string): Promise<void> {
    await until(() => condition() || this.scandals.length > 0, what);
    if (this.scandals.length > 0) throw new Error(this.scandals.join('\n'));
  }

  private async order(what: string): Promise<void> {
    const before = this.done;
    this.child.send(what);
    await this.until(() => this.done > before, `it has done: ${what}`);
  }

  private hear({ ready, done, accepted, refused, unknown, isFresh, scandal }: News): void {
    if (ready) this.isReady = true;
    if (done) this.done += 1;
    if (accepted) this.accepted.push(...accepted);
    if (refused) this.refused.push(...refused);
    if (unknown) this.unknown.push(...unknown);
    if (isFresh !== undefined) this[isFresh ? 'fresh' : 'stale'] += 1;
    if (scandal) this.scandals.push(scandal);
  }
}
