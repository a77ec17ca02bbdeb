import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessingOptions } from '../../src/event-sourcing/index.js';
import type { TestDatabase } from './databases.js';

const SCRIPT = join(import.meta.dirname, 'processes/processor-runner.mjs');
const BUILT_KIT = join(import.meta.dirname, '../../dist/event-sourcing/index.js');

/**
 * Where a process stands still or dies: with a batch read and not begun; with its effects written and not committed; in
 * whatever transaction comes next; at an effect of a reactor; at the append of an event of a type.
 */
export type Place =
  | 'before a batch'
  | 'inside a batch'
  | 'inside a transaction'
  | 'before an effect'
  | 'after an effect'
  | `before ${string}.${string}`
  | `after ${string}.${string}`;

/** What a process of its own runs. */
export interface RunnerOptions {
  readonly processing?: ProcessingOptions;
  /** The processors `increases` and `tallies`, the reactor `letters`, the saga `errand`. @default ['increases'] */
  readonly runs?: readonly ('increases' | 'tallies' | 'letters' | 'errand')[];
  /** What a processor does of the event whose `by` is this number. */
  readonly poison?: {
    readonly processor: 'increases' | 'tallies' | 'letters';
    readonly by: number;
    readonly deed: 'throw' | 'exit' | 'kill' | 'hang';
  };
  /** Where `letters` writes its letters, a line each: number, key, process. */
  readonly effectsFile?: string;
  /** How long after it was asked an errand is late. */
  readonly patienceMs?: number;
}

export interface RunnerInput extends RunnerOptions {
  readonly url: string;
}

/** A process of its own that runs processors, and can be killed and stopped. */
export class ProcessorProcess {
  private complaints = '';
  /** Resolves when it has ended, in whatever way. */
  readonly ended: Promise<unknown>;
  /** Whether it lived until its processors ran. */
  readonly started: Promise<boolean>;

  private constructor(private readonly child: ChildProcess) {
    child.stderr?.on('data', (chunk: Buffer) => (this.complaints += chunk.toString()));
    this.ended = once(child, 'exit');
    this.started = this.outlives(once(child, 'message'));
  }

  /** A process that lives until it is ready, at least. */
  static async start(
    database: TestDatabase,
    options: RunnerOptions = {},
  ): Promise<ProcessorProcess> {
    const spawned = ProcessorProcess.spawn(database, options);
    if (await spawned.started) return spawned;
    throw new Error(`The process of a processor has ended:\n${spawned.complaints}`);
  }

  /** A process that may die of what it finds. */
  static spawn(database: TestDatabase, options: RunnerOptions): ProcessorProcess {
    if (!existsSync(BUILT_KIT)) {
      throw new Error('This test runs the built kit. Run "npm run build" first.');
    }
    const input: RunnerInput = { url: database.url, ...options };
    return new ProcessorProcess(
      fork(SCRIPT, [JSON.stringify(input)], { silent: true, execArgv: [] }),
    );
  }

  /** As it stands in the name of the owner of a lease. */
  get pid(): number {
    return this.child.pid as number;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Whether it stands still, as after SIGSTOP. */
  get isStandingStill(): boolean {
    const state = execFileSync('ps', ['-o', 'stat=', '-p', String(this.pid)], { encoding: 'utf8' });
    return state.startsWith('T');
  }

  /** Has it stop, as by SIGSTOP, the next time it comes to that place. */
  async freezeNext(place: Place): Promise<void> {
    await this.tell({ place, signal: 'SIGSTOP' });
  }

  /** Has it die, as by SIGKILL, the next time it comes to that place, unless it dies before. */
  async killNext(place: Place): Promise<void> {
    await this.tell({ place, signal: 'SIGKILL' });
  }

  /** Has it go on, and not stop any more, whether it stood still or never came to that place. */
  async thaw(): Promise<void> {
    this.child.kill('SIGCONT');
    await this.tell({});
  }

  /** Has it retry everything that is parked. @returns false when it dies before that is done. */
  retryParked(): Promise<boolean> {
    return this.tell('retry');
  }

  /** @returns false when it dies before it has done so. */
  private tell(order: object | 'retry'): Promise<boolean> {
    const done = this.outlives(once(this.child, 'message'));
    this.child.send(order, () => undefined);
    return done;
  }

  private outlives(what: Promise<unknown>): Promise<boolean> {
    return Promise.race([what.then(() => true), this.ended.then(() => false)]);
  }

  async kill(): Promise<void> {
    if (this.isRunning) this.child.kill('SIGKILL');
    await this.ended;
  }
}
