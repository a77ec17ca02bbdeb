// Runs `hub` again and again, as it was built, in one process: most of the time of a command goes into loading the program.
import { URL } from 'node:url';

const MAIN = new URL('../../../dist/cli/main.js', import.meta.url).href;

const printed = { stdout: '', stderr: '' };
for (const stream of ['stdout', 'stderr']) {
  process[stream].write = (text) => {
    printed[stream] += text;
    return true;
  };
}

let commands = 0;
process.on('message', async (words) => {
  printed.stdout = '';
  printed.stderr = '';
  process.exitCode = undefined;
  process.argv = [process.execPath, MAIN, ...words];
  commands += 1;
  // Another address is another module: its statements run again, those of what it imports do not.
  await import(`${MAIN}?command=${commands}`);
  process.stdout.removeAllListeners('error');
  process.send({ code: process.exitCode ?? 0, ...printed });
});
process.send('ready');
