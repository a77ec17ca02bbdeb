import { Argument, Command, Option } from 'commander';
import { JSON_OPTION, type OutputOptions } from './output.js';
import { wholeNumber } from './whole-number.js';

/** Which parked events of a group to list. */
export interface ListGroupParkedOptions extends OutputOptions {
  readonly stream?: string;
  readonly limit: number;
  readonly cursor?: string;
}

const MAX_LIMIT = 200;

export function groupsCommands(): Command {
  const groups = new Command('groups').description(
    'consumer groups of the hub, and the events they have set aside',
  );
  groups
    .command('list')
    .description('how far each has come, and who is in it')
    .option(...JSON_OPTION)
    .action(async (options: OutputOptions) => {
      const { listGroups } = await import('./groups/list-groups.js');
      await listGroups(options);
    });
  groups
    .command('parked <group>')
    .description('each has failed too often, or waits behind one of its stream that has')
    .option('--stream <name>', 'only those of this stream')
    .addOption(
      new Option('--limit <number>', `how many at the most, up to ${MAX_LIMIT}`)
        .default(50)
        .argParser((text) => wholeNumber(text, 1, MAX_LIMIT)),
    )
    .option('--cursor <cursor>', 'go on where an earlier list ended')
    .option(...JSON_OPTION)
    .action(async (group: string, options: ListGroupParkedOptions) => {
      const { listGroupParked } = await import('./groups/list-group-parked.js');
      await listGroupParked(group, options);
    });
  groups
    .command('retry <group> <stream>')
    .description('have those of a stream handed out again, in their order')
    .option(...JSON_OPTION)
    .action(async (group: string, stream: string, options: OutputOptions) => {
      const { retryGroupParked } = await import('./groups/retry-group-parked.js');
      await retryGroupParked(group, stream, options);
    });
  groups
    .command('skip <group>')
    .description('give up the first of a stream, for good')
    .addArgument(
      new Argument('<position>', 'where the event stands in the log').argParser((text) =>
        wholeNumber(text, 1, Number.MAX_SAFE_INTEGER),
      ),
    )
    .option(...JSON_OPTION)
    .action(async (group: string, position: number, options: OutputOptions) => {
      const { skipGroupParked } = await import('./groups/skip-group-parked.js');
      await skipGroupParked(group, position, options);
    });
  return groups;
}
