import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TestDatabase } from './databases.js';

const SCRIPT = join(import.meta.dirname, 'processes/rebuild-runner.mjs');
const BUILT_KIT = join(import.meta.dirname, '../../dist/event-sourcing/index.js');

/** A process of its own that runs the projection `counter-totals`, takes part in its rebuilds, and can be killed. */
export class RebuildProcess {
  private complaints = '';

  private constructor(private readonly child: ChildProcess) {
    child.stderr?.on('data', (chunk: Buffer) => (this.complaints += chunk.toString()));
  }

  static async start(database: TestDatabase, leaseMs: number): Promise<RebuildProcess> {
    if (!existsSync(BUILT_KIT)) {
      throw new Error('This test runs the built kit. Run "npm run build" first.');
    }
    const input = JSON.stringify({ url: database.url, leaseMs });
    const started = new RebuildProcess(fork(SCRIPT, [input], { silent: true, execArgv: [] }));
    await started.answer();
    return started;
  }

  /** What it has complained of. */
  get output(): string {
    return this.complaints;
  }

  startRebuild(): Promise<unknown> {
    return this.tell('start');
  }

  cancelRebuild(): Promise<unknown> {
    return this.tell('cancel');
  }

  catchUp(): Promise<unknown> {
    return this.tell('catchUp');
  }

  /** Has it stand still, wherever it is, for as long. */
  async freeze(work: () => Promise<void>): Promise<void> {
    this.child.kill('SIGSTOP');
    try {
      await work();
    } finally {
      this.child.kill('SIGCONT');
    }
  }

  async kill(): Promise<void> {
    const { exitCode, signalCode } = this.child;
    if (exitCode !== null || signalCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exit;
  }

  private tell(deed: 'start' | 'cancel' | 'catchUp'): Promise<unknown> {
    const answer = this.answer();
    this.child.send(deed);
    return answer;
  }

  private async answer(): Promise<unknown> {
    const gone = new AbortController();
    try {
      return await Promise.race([
        once(this.child, 'message', { signal: gone.signal }).then(
          ([message]) => message as unknown,
        ),
        once(this.child, 'exit', { signal: gone.signal }).then(() => {
          throw new Error(`The process has ended:\n${this.complaints}`);
        }),
      ]);
    } finally {
      gone.abort();
    }
  }
}
