import { Argument, Command, Option } from 'commander';
import { JSON_OPTION, type OutputOptions } from './output.js';
import { wholeNumber } from './whole-number.js';

/** Which parked events to list. */
export interface ListOptions extends OutputOptions {
  readonly processor?: string;
  readonly stream?: string;
  readonly limit: number;
  readonly cursor?: string;
}

const MAX_LIMIT = 200;

export function parkedCommands(): Command {
  const parked = new Command('parked').description('events that processors have set aside');
  parked
    .command('list')
    .description('each has failed by itself, or waits behind one of its stream that has')
    .option('--processor <name>', 'only those of this processor')
    .option('--stream <name>', 'only those of this stream')
    .addOption(
      new Option('--limit <number>', `how many at the most, up to ${MAX_LIMIT}`)
        .default(50)
        .argParser((text) => wholeNumber(text, 1, MAX_LIMIT)),
    )
    .option('--cursor <cursor>', 'go on where an earlier list ended')
    .option(...JSON_OPTION)
    .action(async (options: ListOptions) => {
      const { listParked } = await import('./parked/list-parked.js');
      await listParked(options);
    });
  parked
    .command('show <processor>')
    .description('what one says, as it is stored and as the processor gets it, and why it failed')
    .addArgument(position())
    .option(...JSON_OPTION)
    .action(async (processor: string, at: number, options: OutputOptions) => {
      const { showParked } = await import('./parked/show-parked.js');
      await showParked(processor, at, options);
    });
  parked
    .command('retry <processor> <stream>')
    .description('handle those of a stream in their order, until none is left or one fails')
    .option(...JSON_OPTION)
    .action(async (processor: string, stream: string, options: OutputOptions) => {
      const { retryParked } = await import('./parked/retry-parked.js');
      await retryParked(processor, stream, options);
    });
  parked
    .command('skip <processor>')
    .description('give up the first of a stream, for good')
    .addArgument(position())
    .option(...JSON_OPTION)
    .action(async (processor: string, at: number, options: OutputOptions) => {
      const { skipParked } = await import('./parked/skip-parked.js');
      await skipParked(processor, at, options);
    });
  return parked;
}

function position(): Argument {
  return new Argument('<position>', 'where the event stands in the log').argParser((text) =>
    wholeNumber(text, 1, Number.MAX_SAFE_INTEGER),
  );
}
