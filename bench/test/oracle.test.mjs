import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemsIn } from '../src/oracle/problems.mjs';
import { problemsInReadModel } from '../src/oracle/read-model.mjs';
import { problemsInStates } from '../src/oracle/states.mjs';

const sound = {
  ...{ rows: 20, wrongPayloads: 0, brokenStreams: 0 },
  ...{ firstPosition: 1, lastPosition: 20, positions: 20, head: 20 },
};
const problems = (facts, expected = { acknowledged: 20 }) =>
  problemsIn({ ...sound, ...facts }, expected).join('\n');

test('a log with what was acknowledged, each once and in its place, is sound', () => {
  assert.equal(problems({}), '');
});

test('a log that held events before is sound when the new ones follow them', () => {
  const later = { firstPosition: 101, lastPosition: 120, head: 120 };
  assert.equal(problems(later, { acknowledged: 20, after: 100 }), '');
});

test('a lost event is noticed', () => {
  const lost = { rows: 19, lastPosition: 19, positions: 19, head: 19 };
  assert.match(problems(lost), /1 of 20 acknowledged events are not stored/);
});

test('a doubled event is noticed', () => {
  const doubled = { rows: 21, lastPosition: 21, positions: 21, head: 21 };
  assert.match(problems(doubled), /1 events are stored that nobody asked for/);
});

test('one lost and one doubled event are noticed, though their number is right', () => {
  assert.match(problems({ brokenStreams: 2 }), /2 streams do not have the revisions 1 to n/);
});

test('data that was not sent is noticed', () => {
  assert.match(problems({ wrongPayloads: 1 }), /1 events carry something else/);
});

test('a hole, a repeated position and a late start are noticed', () => {
  assert.match(problems({ lastPosition: 21, head: 21 }), /are not 1 to 20/);
  assert.match(problems({ positions: 19 }), /there are 19/);
  assert.match(problems({ firstPosition: 2, lastPosition: 21, head: 21 }), /are not 1 to 20/);
});

test('a head that is not the last position is noticed', () => {
  assert.match(problems({ head: 21 }), /the head is 21/);
});

test('of a contender without dense positions none are demanded', () => {
  const without = { firstPosition: undefined, lastPosition: undefined, positions: 0 };
  assert.equal(problems({ ...without, head: undefined }), '');
});

const kept = { accounts: 10, accountsKept: 10, rows: 10, wrong: 0, head: 100, checkpoint: 100 };
const problemsKept = (facts) => problemsInReadModel({ ...kept, ...facts }).join('\n');

test('a read model that is what follows from the log is sound', () => {
  assert.equal(problemsKept({}), '');
  assert.equal(problemsKept({ checkpoint: null }), '');
});

test('rows that are wrong, missing or too many are noticed', () => {
  assert.match(problemsKept({ wrong: 1 }), /of 10 accounts 1 are not in the table as the log/);
  assert.match(problemsKept({ rows: 12 }), /2 rows are of accounts that are not in the log/);
});

test('a checkpoint that is not at the head is noticed', () => {
  assert.match(problemsKept({ checkpoint: 99 }), /the checkpoint is at 99, and the head is 100/);
});

test('an aggregate that is loaded as something else than its events, or without a snapshot, is noticed', () => {
  const state = { id: 'a', revision: 12, total: 78 };
  const sound = {
    truth: [{ stream: 'account-a', revision: '12', total: '78' }],
    kept: [{ stream: 'account-a', revision: '10' }],
    ...{ bySnapshot: [state], byReplay: [state], size: 10 },
  };
  const problemsOf = (facts) => problemsInStates({ ...sound, ...facts }).join('\n');
  assert.equal(problemsOf({}), '');
  assert.match(
    problemsOf({ bySnapshot: [{ ...state, total: 77 }] }),
    /by its snapshot as .* total 77/,
  );
  assert.match(problemsOf({ byReplay: [] }), /by replaying it as undefined/);
  assert.match(problemsOf({ kept: [] }), /account-a has no snapshot at revision 10/);
});
