/**
 * What is wrong with aggregates that were loaded by way of snapshots and without.
 *
 * @param truth stream, revision and total of each, as the log has them
 * @param kept the snapshots: stream and revision
 * @param bySnapshot and `byReplay`, as they were loaded: id, revision and total
 * @param size the revision of which there must be a snapshot
 */
export function problemsInStates({ truth, kept, bySnapshot, byReplay, size }) {
  return truth.flatMap(({ stream, revision, total }) => {
    const expected = `revision ${Number(revision)} with total ${Number(total)}`;
    const loaded = (states) => {
      const state = states.find(({ id }) => stream === `account-${id}`);
      return state && `revision ${state.revision} with total ${state.total}`;
    };
    const problems = [];
    if (!kept.some((one) => one.stream === stream && Number(one.revision) === size)) {
      problems.push(`${stream} has no snapshot at revision ${size}`);
    }
    for (const [how, states] of Object.entries({
      'by its snapshot': bySnapshot,
      'by replaying it': byReplay,
    })) {
      if (loaded(states) !== expected) {
        problems.push(`${stream} is ${expected}, and was loaded ${how} as ${loaded(states)}`);
      }
    }
    return problems;
  });
}
