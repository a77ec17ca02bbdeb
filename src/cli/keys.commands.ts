import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { JSON_OPTION, type OutputOptions } from './output.js';

/** Which key to make. */
export interface CreateKeyOptions extends OutputOptions {
  readonly read?: readonly string[];
  readonly append?: readonly string[];
  readonly operate?: boolean;
  readonly delegate?: boolean;
  /** For how long it is good, in milliseconds. */
  readonly expires?: number;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const CATEGORY = /^([a-z][a-z0-9_]*|\*)$/;
const DURATION = /^(\d{1,5})([hd])$/;
const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, d: 24 * 3_600_000 };

export function keysCommands(): Command {
  const keys = new Command('keys').description('with which programs prove who they are');
  keys
    .command('create')
    .description('make one, and print it: it is never shown again')
    .addArgument(new Argument('<name>', 'who holds it, as events will say').argParser(nameOf))
    .addOption(categories('--read <categories>', 'whose events it may read'))
    .addOption(categories('--append <categories>', 'whose events it may append'))
    .option('--operate', 'let it look after processors and projections, and read metrics')
    .option('--delegate', 'let it say on whose behalf it appends')
    .addOption(
      new Option('--expires <time>', 'for how long it is good, such as 12h or 90d').argParser(
        durationOf,
      ),
    )
    .option(...JSON_OPTION)
    .action(async (name: string, options: CreateKeyOptions) => {
      const { createKey } = await import('./keys/create-key.js');
      await createKey(name, options);
    });
  keys
    .command('list')
    .description('all there are or were, and what they may do')
    .option(...JSON_OPTION)
    .action(async (options: OutputOptions) => {
      const { listKeys } = await import('./keys/list-keys.js');
      await listKeys(options);
    });
  keys
    .command('revoke <key>')
    .description('end one for good, by its id or its name')
    .option(...JSON_OPTION)
    .action(async (idOrName: string, options: OutputOptions) => {
      const { revokeKey } = await import('./keys/revoke-key.js');
      await revokeKey(idOrName, options);
    });
  return keys;
}

function categories(flags: string, description: string): Option {
  return new Option(flags, `${description}, separated by commas; * for all`).argParser(
    (text: string, before: readonly string[] = []) => {
      const names = text.split(',').map((name) => name.trim());
      if (!names.every((name) => CATEGORY.test(name))) {
        throw new InvalidArgumentError('Type categories, such as user,order, or "*" for all.');
      }
      return [...before, ...names];
    },
  );
}

function nameOf(text: string): string {
  if (NAME.test(text)) return text;
  throw new InvalidArgumentError('Type up to 64 letters, digits, dots, dashes and underscores.');
}

function durationOf(text: string): number {
  const [, count, unit] = DURATION.exec(text) ?? [];
  if (Number(count) > 0) return Number(count) * UNIT_MS[unit];
  throw new InvalidArgumentError('Type a number of hours or days, such as 12h or 90d.');
}
