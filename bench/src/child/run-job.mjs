import { fork } from 'node:child_process';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, 'main.mjs');

/** A contender in a process of its own, with a fresh heap, that does what it is told. */
export class Child {
  output = '';

  constructor(job) {
    this.process = fork(MAIN, [], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.on('data', (chunk) => (this.output += chunk));
    }
    this.exited = new Promise((resolve) => {
      this.process.once('close', (code, signal) => resolve({ code, signal }));
    });
    this.process.send({ type: 'open', job });
  }

  /** Resolves when the contender is connected and waits for work. */
  opened() {
    return this.answer('opened');
  }

  /** Runs one phase. @returns what it measured */
  async run(phase) {
    this.process.send({ type: 'run', phase });
    return (await this.answer('result')).result;
  }

  async close() {
    this.process.send({ type: 'close' });
    const { code, signal } = await this.exited;
    if (code !== 0) throw new Error(`A child ended with ${signal ?? code}:\n${this.output}`);
  }

  kill() {
    this.process.kill('SIGKILL');
  }

  /** The next message of a type; fails when the child says that it failed, or ends. */
  answer(type) {
    return new Promise((resolve, reject) => {
      const settle = (message) => {
        if (message.type !== type && message.type !== 'failed') return;
        this.process.off('message', settle);
        if (message.type === type) resolve(message);
        else reject(new Error(`A child failed: ${message.error}\n${this.output}`));
      };
      this.process.on('message', settle);
      void this.exited.then(({ code, signal }) =>
        reject(new Error(`A child ended with ${signal ?? code}:\n${this.output}`)),
      );
    });
  }
}

/** Opens a contender, runs phases one after the other and closes it. @returns the results by the phases' names */
export async function runJob({ phases, ...job }) {
  const child = new Child(job);
  try {
    await child.opened();
    const results = {};
    for (const phase of phases) results[phase.name] = await child.run(phase);
    await child.close();
    return results;
  } finally {
    child.kill();
  }
}
