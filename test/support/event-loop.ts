import { setImmediate as nextTurn } from 'node:timers/promises';

/** Lets everything else that is ready run, so many times. */
export async function turnsOfTheEventLoop(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await nextTurn();
}
