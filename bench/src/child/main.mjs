import { openContender } from '../contenders/index.mjs';
import { breakable } from './breakable.mjs';
import { PHASES } from './phases.mjs';

/* A contender in a process of its own: opens it, runs the phases it is sent, closes it. */

let driver;

async function handle(message) {
  if (message.type === 'open') {
    const { contender, database, options } = message.job;
    driver = breakable(await openContender(contender, database, options), process.env.BENCH_BREAK);
    process.send({ type: 'opened' });
  } else if (message.type === 'run') {
    const { kind, ...parameters } = message.phase;
    const acknowledged = driver.acknowledged;
    const result = await PHASES[kind](driver, parameters);
    result.acknowledged = driver.acknowledged - acknowledged;
    process.send({ type: 'result', result });
  } else {
    await driver.close();
    process.exit(0);
  }
}

process.on('message', (message) => {
  handle(message).catch((error) => {
    process.send({ type: 'failed', error: error.stack ?? String(error) });
  });
});
// Nobody is left to report to.
process.on('disconnect', () => process.exit(1));
