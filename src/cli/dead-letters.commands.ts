import { Argument, Command, Option } from 'commander';
import { JSON_OPTION, type OutputOptions } from './output.js';
import { wholeNumber } from './whole-number.js';

/** Which dead letters to list. */
export interface ListDeadLettersOptions extends OutputOptions {
  readonly key?: string;
  readonly after: number;
  readonly limit: number;
}

const MAX_LIMIT = 200;

export function deadLettersCommands(): Command {
  const letters = new Command('dead-letters').description(
    'events of other services that could not be handled',
  );
  letters
    .command('list')
    .description('each has failed by itself, or waits behind one of its key that has')
    .option('--key <key>', 'only those that are kept in order by this')
    .addOption(
      new Option('--after <number>', 'only those with a higher number')
        .default(0)
        .argParser((text) => wholeNumber(text, 0, Number.MAX_SAFE_INTEGER)),
    )
    .addOption(
      new Option('--limit <number>', `how many at the most, up to ${MAX_LIMIT}`)
        .default(50)
        .argParser((text) => wholeNumber(text, 1, MAX_LIMIT)),
    )
    .option(...JSON_OPTION)
    .action(async (options: ListDeadLettersOptions) => {
      const { listDeadLetters } = await import('./dead-letters/list-dead-letters.js');
      await listDeadLetters(options);
    });
  letters
    .command('show')
    .description('what one says, as it came, and why it failed')
    .addArgument(number())
    .option(...JSON_OPTION)
    .action(async (nr: number, options: OutputOptions) => {
      const { showDeadLetter } = await import('./dead-letters/show-dead-letter.js');
      await showDeadLetter(nr, options);
    });
  letters
    .command('retry <key>')
    .description('handle those of a key in their order, until none is left or one fails')
    .option(...JSON_OPTION)
    .action(async (key: string, options: OutputOptions) => {
      const { retryDeadLetters } = await import('./dead-letters/retry-dead-letters.js');
      await retryDeadLetters(key, options);
    });
  letters
    .command('discard')
    .description('give up the first of a key, for good')
    .addArgument(number())
    .option(...JSON_OPTION)
    .action(async (nr: number, options: OutputOptions) => {
      const { discardDeadLetter } = await import('./dead-letters/discard-dead-letter.js');
      await discardDeadLetter(nr, options);
    });
  return letters;
}

function number(): Argument {
  return new Argument('<number>', 'of the dead letter, as the list shows it').argParser((text) =>
    wholeNumber(text, 1, Number.MAX_SAFE_INTEGER),
  );
}
