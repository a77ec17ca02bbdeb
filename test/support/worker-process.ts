import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const SUPPORT = join(import.meta.dirname, 'processes');
const BUILT_STORE = join(import.meta.dirname, '../../dist/event-sourcing/store');

/**
 * Runs a script of `test/support/processes` in an operating system process of its own.
 * @returns what it wrote to its standard output, as JSON
 * @throws Error with what it wrote to its standard error, when it fails
 */
export function runProcess<Report>(script: string, input: unknown): Promise<Report> {
  if (!existsSync(BUILT_STORE)) {
    throw new Error(
      'These tests start the built code in other processes. Run "npm run build" first.',
    );
  }
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(SUPPORT, script), JSON.stringify(input)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: Buffer[] = [];
    const complaints: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(Buffer.concat(output).toString()) as Report);
      else
        reject(new Error(`${script} ended with ${code}:\n${Buffer.concat(complaints).toString()}`));
    });
  });
}
