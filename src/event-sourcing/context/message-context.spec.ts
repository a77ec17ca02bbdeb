import { setImmediate as nextTurn } from 'node:timers/promises';
import { currentContext, runInContext, runInNewContext } from './message-context.js';

describe('the message context', () => {
  it('is empty outside of any', () => {
    expect(currentContext()).toEqual({});
  });

  it('is there for the work it was given to, and gone afterwards', () => {
    const seen = runInContext({ actor: 'jane' }, () => currentContext());
    expect(seen).toEqual({ actor: 'jane' });
    expect(currentContext()).toEqual({});
  });

  it('adds to the one around it', () => {
    runInContext({ correlationId: 'c', actor: 'jane' }, () => {
      runInContext({ actor: 'john', tenant: 't' }, () => {
        expect(currentContext()).toEqual({ correlationId: 'c', actor: 'john', tenant: 't' });
      });
      expect(currentContext()).toEqual({ correlationId: 'c', actor: 'jane' });
    });
  });

  it('can be begun anew, with nothing of the one around it', () => {
    runInContext({ actor: 'jane' }, () =>
      runInNewContext({ tenant: 't' }, () => expect(currentContext()).toEqual({ tenant: 't' })),
    );
  });

  it('travels with everything the work awaits', async () => {
    await runInContext({ actor: 'jane' }, async () => {
      await nextTurn();
      await Promise.all([nextTurn(), nextTurn()]);
      expect(currentContext()).toEqual({ actor: 'jane' });
    });
  });

  it('is kept apart between works that run at the same time', async () => {
    const actors = ['a', 'b', 'c', 'd'];
    const seen = await Promise.all(
      actors.map((actor, index) =>
        runInContext({ actor }, async () => {
          for (let turn = 0; turn <= index; turn += 1) await nextTurn();
          return currentContext().actor;
        }),
      ),
    );
    expect(seen).toEqual(actors);
  });

  it('passes on what the work returns and throws', async () => {
    await expect(runInContext({}, () => Promise.resolve(7))).resolves.toBe(7);
    expect(() =>
      runInNewContext({ actor: 'jane' }, () => {
        throw new Error('No.');
      }),
    ).toThrow('No.');
    expect(currentContext()).toEqual({});
  });

  it('cannot be changed through the object it was made from', () => {
    const given: { actor: string } = { actor: 'jane' };
    runInContext(given, () => {
      given.actor = 'mallory';
      expect(currentContext()).toEqual({ actor: 'jane' });
    });
  });
});
