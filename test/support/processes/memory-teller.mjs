// @ts-check
// Loaded into a server under test, it tells what of its memory is in use when it is sent SIGUSR2.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

process.on('SIGUSR2', () => {
  collectGarbage();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.stdout.write(`MEMORY ${heapUsed + external} ${rss}\n`);
});
