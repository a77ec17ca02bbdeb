// Only Node's own modules are imported before `install` has run: the others may not be there yet.
import { parseOptions, usage } from './src/cli/options.mjs';
import { install } from './src/cli/install.mjs';

async function main() {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    console.log(usage());
    return 0;
  }
  const started = Date.now();
  await install();
  const { runBenchmark } = await import('./src/benchmark.mjs');
  return runBenchmark(options, started);
}

main().then(
  // The embedded PostgreSQL sets exit codes of its own when a process ends by itself.
  (code) => process.exit(code),
  (error) => {
    console.error(error.isUsageError ? error.message : error);
    process.exit(error.isUsageError ? 2 : 1);
  },
);
