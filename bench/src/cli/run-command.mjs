import { spawn } from 'node:child_process';

/** Runs a program. @returns what it printed; fails with it when the program does */
export async function runCommand(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => (output += chunk));
  }
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`"${[command, ...args].join(' ')}" failed:\n${output}`);
  return output;
}
