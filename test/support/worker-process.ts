import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TestDatabase } from './databases.js';

const SCRIPTS = join(import.meta.dirname, 'processes');
const BUILT_STORE = join(import.meta.dirname, '../../dist/event-sourcing/store');

/**
 * Runs a script of `test/support/processes` once for each input, each in an operating system process of its own. All
 * of them begin at the same moment, when the last has loaded its code.
 *
 * @returns what each wrote to its standard output, as JSON
 * @throws Error with what the first to fail wrote to its standard error; the others are ended
 */
export async function runTogether<Report>(
  script: string,
  inputs: readonly unknown[],
): Promise<readonly Report[]> {
  assertBuilt();
  const children = inputs.map((input) =>
    fork(join(SCRIPTS, script), [JSON.stringify(input)], { silent: true, execArgv: [] }),
  );
  const reports = Promise.all(children.map((child) => reportOf<Report>(child, script)));
  let ready = 0;
  for (const child of children) {
    child.once('message', () => {
      ready += 1;
      if (ready === children.length) for (const each of children) each.send('go');
    });
  }
  try {
    return await reports;
  } finally {
    for (const child of children) child.kill();
  }
}

/** Runs a script that does not live to tell, and @returns the signal that ended it. */
export async function killedBy(
  script: string,
  { options }: TestDatabase,
): Promise<NodeJS.Signals | null> {
  assertBuilt();
  const input = JSON.stringify({ options });
  const child = fork(join(SCRIPTS, script), [input], { stdio: 'inherit', execArgv: [] });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (_code, signal) => resolve(signal));
  });
}

function assertBuilt(): void {
  if (!existsSync(BUILT_STORE)) {
    throw new Error('This test runs the built code in other processes. Run "npm run build" first.');
  }
}

function reportOf<Report>(child: ChildProcess, script: string): Promise<Report> {
  const output: Buffer[] = [];
  const complaints: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => complaints.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(Buffer.concat(output).toString()) as Report);
      else
        reject(new Error(`${script} ended with ${code}:\n${Buffer.concat(complaints).toString()}`));
    });
  });
}
