import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Progress } from './cli/progress.mjs';
import { Databases } from './machine/databases.mjs';
import { describeMachine } from './machine/machine.mjs';
import { startPostgres } from './machine/postgres-server.mjs';
import { writePlots } from './report/plots.mjs';
import { Measurements } from './report/measurements.mjs';
import { writeReadme } from './report/readme-table.mjs';
import { judge } from './report/requirements.mjs';
import { writeResults } from './report/results-file.mjs';
import { printReport } from './report/tables.mjs';
import { SUITES } from './suites/index.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM'];

/** Runs what the options ask for and reports it. @returns the exit code */
export async function runBenchmark(options, started) {
  const context = {
    options,
    settings: options.settings,
    measurements: new Measurements(),
    guarantees: [],
    notes: new Set(),
  };
  const progress = new Progress(started);
  await inWorkplace(context, async () => {
    const steps = SUITES.flatMap((suite) => suite(context));
    progress.total = steps.length;
    for (const step of steps) {
      progress.step(step.label);
      await step.run();
    }
    context.machine = await describeMachine(context);
  });
  progress.clear();
  const verdicts = judge(context.measurements, options);
  const seconds = Math.round((Date.now() - started) / 1000);
  const report = { ...context, verdicts, seconds };
  printReport(report);
  if (options.write) {
    await writeResults(report);
    await writePlots(report);
    if (options.preset === 'small' && options.isComplete) await writeReadme(report);
  }
  if (context.measurements.voids.length > 0) return 1;
  return options.strict && verdicts.some(({ verdict }) => verdict === 'MISSED') ? 1 : 0;
}

/** A temporary folder and, where it is needed, a PostgreSQL server; both are gone afterwards. */
async function inWorkplace(context, work) {
  const folder = await mkdtemp(join(tmpdir(), 'hindsight-bench-'));
  let server;
  const interrupted = () =>
    void (server?.stop() ?? Promise.resolve()).finally(() => process.exit(130));
  // The embedded server, too, listens for signals, and ends the process when it has stopped.
  const clear = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', clear);
  for (const signal of SIGNALS) process.once(signal, interrupted);
  try {
    if (context.options.databases.includes('postgres')) server = await startPostgres(folder);
    context.folder = folder;
    context.databases = new Databases(folder, server);
    await work();
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupted);
    await server?.stop();
    process.off('exit', clear);
    clear();
  }
}
