import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { performance } from 'node:perf_hooks';
import { test } from 'node:test';
import { CatchUpMeter } from '../src/child/meter.mjs';
import { serverProcessorMs } from '../src/child/server-time.mjs';

/** A catch-up of 1,000 events, after a warm-up of 100, that handles ten at a time in so many milliseconds. */
function caughtUp(t, msOf) {
  t.mock.method(performance, 'now', () => time);
  let time = 5_000;
  const meter = new CatchUpMeter({ warmUp: 100, events: 1_000 });
  for (let position = 0; position < 1_100; position += 10) {
    meter.handled(position);
    time += msOf(position);
  }
  return meter.result();
}

test('what is handled before the end of the warm-up is not measured', (t) => {
  const { count, perSecond } = caughtUp(t, (position) => (position < 100 ? 1_000 : 1));
  assert.deepEqual({ count, perSecond }, { count: 1_000, perSecond: 10_000 });
});

test('a rate that falls is seen in the last tenth', (t) => {
  const { firstTenth, lastTenth } = caughtUp(t, (position) => (position < 1_000 ? 1 : 2));
  assert.deepEqual({ firstTenth, lastTenth }, { firstTenth: 10_000, lastTenth: 5_000 });
});

test('memory that is kept is seen', (t) => {
  const kept = [];
  const { grownMiB } = caughtUp(t, (position) => {
    if (position > 500) kept.push(Buffer.alloc(2 ** 20, 1));
    return 1;
  });
  assert.ok(grownMiB > 50 && kept.length > 50, `${grownMiB} MiB`);
});

test('processor time is told of this process alone, or with the server’s where that is known', (t) => {
  const { perProcessorSecond, serverShare } = caughtUp(t, () => 1);
  assert.ok(perProcessorSecond > 0);
  assert.equal(serverShare, undefined);
});

test(
  'the processor time of a process and its children grows',
  { skip: process.platform !== 'linux' },
  () => {
    const before = serverProcessorMs(process.pid);
    const end = Date.now() + 200;
    while (Date.now() < end);
    assert.ok(serverProcessorMs(process.pid) > before);
  },
);
