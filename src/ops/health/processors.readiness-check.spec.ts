import type { Processors, ProcessorState, ProcessorStatus } from '../../event-sourcing/index.js';
import { NotReadyError } from './not-ready.error.js';
import { ProcessorsReadinessCheck } from './processors.readiness-check.js';

function checkOf(...statuses: Partial<ProcessorStatus>[]) {
  const processors = {
    statuses: () =>
      Promise.resolve(
        statuses.map((status) => ({ name: 'list', lagEvents: 0, parked: 0, ...status })),
      ),
  };
  return new ProcessorsReadinessCheck(processors as unknown as Processors).check();
}

describe('The readiness of processors', () => {
  it.each<ProcessorState>(['catching-up', 'live', 'standby', 'paused', 'stopped'])(
    'is given while they are %s, and tells what is parked',
    async (state) => {
      expect(await checkOf({ state, lagEvents: 3, parked: 2 }, { name: 'mail', state })).toEqual({
        state: { list: state, mail: state },
        lag: { list: 3, mail: 0 },
        parked: { list: 2, mail: 0 },
      });
    },
  );

  it.each<ProcessorState>(['retrying', 'stalled'])('is missing while one is %s', async (state) => {
    const check = checkOf({ state, lagEvents: 7, parked: 10 }, { name: 'mail', state: 'live' });
    await expect(check).rejects.toThrow(NotReadyError);
    await expect(check).rejects.toThrow(`list (${state}, 7 events behind, 10 parked).`);
    await expect(check).rejects.not.toThrow('mail');
  });

  it('is missing while one is far behind, unless it is paused', async () => {
    await expect(checkOf({ state: 'standby', lagEvents: 10_001 })).rejects.toThrow(NotReadyError);
    expect(await checkOf({ state: 'paused', lagEvents: 10_001 })).toBeDefined();
    expect(await checkOf({ state: 'live', lagEvents: 10_000 })).toBeDefined();
  });
});
