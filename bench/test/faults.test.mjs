import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const RUN = join(import.meta.dirname, '../run.mjs');
const ARGUMENTS = ['--tiny', '--no-write', '--only', '1', '--database', 'sqlite'];

function run(fault) {
  const env = { ...process.env, BENCH_BREAK: fault };
  return spawnSync(process.execPath, [RUN, ...ARGUMENTS], { env, encoding: 'utf8' });
}

test('a run without a fault is valid', () => {
  const { status, stdout } = run('');
  assert.equal(status, 0, stdout);
  assert.doesNotMatch(stdout, /VOID/);
});

test('an event that is acknowledged and not stored makes the timings void', () => {
  const { status, stdout } = run('lose');
  assert.equal(status, 1, stdout);
  assert.match(stdout, /VOID: workload 1, 1 writer, Hindsight on SQLite/);
  assert.match(stdout, /1 of \d+ acknowledged events are not stored/);
});

test('an event that is stored twice makes the timings void', () => {
  const { status, stdout } = run('double');
  assert.equal(status, 1, stdout);
  assert.match(stdout, /1 events are stored that nobody asked for/);
});
