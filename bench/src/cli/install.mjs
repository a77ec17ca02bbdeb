import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command.mjs';

const BENCH = join(import.meta.dirname, '../..');
const ROOT = join(BENCH, '..');

/** Installs the peers and Hindsight's own dependencies and builds Hindsight, as far as that has not been done. */
export async function install() {
  if (modified(ROOT, 'node_modules/.package-lock.json') === 0) {
    await run('npm', ['ci'], ROOT);
  }
  if (modified(BENCH, 'node_modules/.package-lock.json') < modified(BENCH, 'package-lock.json')) {
    await run('npm', ['ci'], BENCH);
  }
  if (modified(ROOT, 'dist/main.js') < newest(join(ROOT, 'src'))) {
    await run('npm', ['run', 'build'], ROOT);
  }
}

/** When a file was last changed; 0 for a file that is not there. */
function modified(...path) {
  const file = join(...path);
  return existsSync(file) ? statSync(file).mtimeMs : 0;
}

function newest(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  const sources = files.filter(({ name }) => name.endsWith('.ts') && !name.endsWith('.spec.ts'));
  return Math.max(
    ...sources.map(({ parentPath, path, name }) => modified(parentPath ?? path, name)),
  );
}

async function run(command, args, cwd) {
  console.log(`${[command, ...args].join(' ')}${cwd === BENCH ? ' (in bench)' : ''} …`);
  // On Windows npm is a script, which only a shell can start.
  await runCommand(command, args, { cwd, shell: process.platform === 'win32' });
}
