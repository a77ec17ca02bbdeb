import { Gate, until } from '../../../../test/support/async.js';
import { currentContext, runInContext } from '../../context/message-context.js';
import { SnapshotQueue } from './snapshot-queue.js';

/** A queue, and work for it that is done when `gate` opens. */
function gatedQueue() {
  const queue = new SnapshotQueue();
  const gate = new Gate();
  const started: string[] = [];
  const submit = (stream: string): void =>
    queue.submit(stream, async () => {
      started.push(stream);
      await gate.opened;
    });
  return { queue, gate, started, submit };
}

describe('the queue of snapshots', () => {
  it('begins nothing in the turn in which it is asked', async () => {
    const { queue, gate, started, submit } = gatedQueue();
    submit('a-1');
    await Promise.resolve();
    expect(started).toEqual([]);
    gate.open();
    await queue.drained();
    expect(started).toEqual(['a-1']);
  });

  it('does two at a time, and the others in their order', async () => {
    const { queue, gate, started, submit } = gatedQueue();
    ['a-1', 'a-2', 'a-3', 'a-4'].forEach(submit);
    await until(() => started.length === 2);
    expect(started).toEqual(['a-1', 'a-2']);
    gate.open();
    await queue.drained();
    expect(started).toEqual(['a-1', 'a-2', 'a-3', 'a-4']);
  });

  it('drops what is under way, or waits, for the stream already', async () => {
    const { queue, gate, started, submit } = gatedQueue();
    ['a-1', 'a-2', 'a-3'].forEach(submit);
    await until(() => started.length === 2);
    ['a-1', 'a-3', 'a-3'].forEach(submit);
    gate.open();
    await queue.drained();
    expect(started).toEqual(['a-1', 'a-2', 'a-3']);
    submit('a-1');
    await queue.drained();
    expect(started).toHaveLength(4);
  });

  it('drops what comes when too much is waiting', async () => {
    const { queue, gate, started, submit } = gatedQueue();
    for (let nr = 1; nr <= 1_000; nr += 1) submit(`a-${nr}`);
    gate.open();
    await queue.drained();
    expect(started).toHaveLength(102);
  });

  it('finishes what it has when it is closed, and takes no more', async () => {
    const { queue, gate, started, submit } = gatedQueue();
    ['a-1', 'a-2', 'a-3'].forEach(submit);
    const closed = queue.close();
    submit('a-4');
    gate.open();
    await closed;
    expect(started).toEqual(['a-1', 'a-2', 'a-3']);
  });

  it('works on nobody’s behalf', async () => {
    const queue = new SnapshotQueue();
    let context: object | undefined;
    runInContext({ actor: 'jane' }, () =>
      queue.submit('a-1', async () => {
        context = currentContext();
      }),
    );
    await queue.drained();
    expect(context).toEqual({});
  });
});
