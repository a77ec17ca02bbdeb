import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TestDatabase } from './databases.js';

const SCRIPT = join(import.meta.dirname, 'processes/processor-runner.mjs');
const BUILT_KIT = join(import.meta.dirname, '../../dist/event-sourcing/index.js');

/** Where a process stands still: with a batch read and not begun, or with its effects written and not committed. */
export type Freeze = 'before a batch' | 'inside a batch';

/** A process of its own that runs the processor `increases`, and can be killed and stopped. */
export class ProcessorProcess {
  private complaints = '';

  private constructor(private readonly child: ChildProcess) {
    child.stderr?.on('data', (chunk: Buffer) => (this.complaints += chunk.toString()));
  }

  /** @param leaseMs the default where it is left out */
  static async start(database: TestDatabase, leaseMs?: number): Promise<ProcessorProcess> {
    if (!existsSync(BUILT_KIT)) {
      throw new Error('This test runs the built kit. Run "npm run build" first.');
    }
    const input = JSON.stringify({ url: database.url, leaseMs });
    const started = new ProcessorProcess(fork(SCRIPT, [input], { silent: true, execArgv: [] }));
    await Promise.race([
      once(started.child, 'message'),
      once(started.child, 'exit').then(() => {
        throw new Error(`The process of a processor has ended:\n${started.complaints}`);
      }),
    ]);
    return started;
  }

  /** As it stands in the name of the owner of a lease. */
  get pid(): number {
    return this.child.pid as number;
  }

  /** Has it stop, as by SIGSTOP, the next time it comes to that place with something to handle. */
  freezeNext(place: Freeze): Promise<void> {
    return this.tell(place);
  }

  /** Has it go on, and not stop any more, whether it stood still or never came to that place. */
  async thaw(): Promise<void> {
    this.child.kill('SIGCONT');
    await this.tell('nowhere');
  }

  private async tell(place: Freeze | 'nowhere'): Promise<void> {
    const understood = once(this.child, 'message');
    this.child.send(place);
    await understood;
  }

  async kill(): Promise<void> {
    const { exitCode, signalCode } = this.child;
    if (exitCode !== null || signalCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exit;
  }
}
