import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const RUN = join(import.meta.dirname, '../run.mjs');

function run(workload, fault = '') {
  const args = [RUN, '--tiny', '--no-write', '--only', workload, '--database', 'sqlite'];
  const env = { ...process.env, BENCH_BREAK: fault };
  return spawnSync(process.execPath, args, { env, encoding: 'utf8' });
}

test('a run without a fault is valid', () => {
  const { status, stdout } = run('1,9,10,11');
  assert.equal(status, 0, stdout);
  assert.doesNotMatch(stdout, /VOID/);
});

test('an event that is acknowledged and not stored makes the timings void', () => {
  const { status, stdout } = run('1', 'lose');
  assert.equal(status, 1, stdout);
  assert.match(stdout, /VOID: workload 1, 1 writer, Hindsight on SQLite/);
  assert.match(stdout, /1 of \d+ acknowledged events are not stored/);
});

test('an event that is stored twice makes the timings void', () => {
  const { status, stdout } = run('1', 'double');
  assert.equal(status, 1, stdout);
  assert.match(stdout, /1 events are stored that nobody asked for/);
});

test('an event that a projection leaves out makes the timings void', () => {
  const { status, stdout } = run('9', 'lose');
  assert.equal(status, 1, stdout);
  assert.match(stdout, /VOID: workload 9, batches, Hindsight on SQLite/);
  assert.match(stdout, /of \d+ accounts 1 are not in the table as the log has them/);
});

test('an aggregate that is loaded wrong makes the timings void', () => {
  const { status, stdout } = run('10', 'misread');
  assert.equal(status, 1, stdout);
  assert.match(stdout, /VOID: workload 10, 300 events with a snapshot, Hindsight on SQLite/);
});
