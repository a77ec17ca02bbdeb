import { Command } from 'commander';
import { JSON_OPTION, type OutputOptions } from './output.js';

/** How a rebuild is asked for. */
export interface RebuildCommandOptions extends OutputOptions {
  readonly acceptParked?: boolean;
  readonly wait: boolean;
}

export function projectionsCommands(): Command {
  const projections = new Command('projections').description(
    'read models, and how they are built anew from the log',
  );
  projections
    .command('status [projection]')
    .description('the last rebuild and the last verification of each, or of one')
    .option(...JSON_OPTION)
    .action(async (name: string | undefined, options: OutputOptions) => {
      const { showProjections } = await import('./projections/show-projections.js');
      await showProjections(name, options);
    });
  projections
    .command('rebuild <projection>')
    .description('build one anew beside the one that serves, to take its place')
    .option('--accept-parked', 'let it serve though events of more streams are parked in it')
    .option('--no-wait', 'only ask for it')
    .option(...JSON_OPTION)
    .action(async (name: string, options: RebuildCommandOptions) => {
      const { rebuildProjection } = await import('./projections/rebuild-projection.js');
      await rebuildProjection(name, options);
    });
  projections
    .command('cancel <projection>')
    .description('give up the rebuild that is under way; what serves stays as it is')
    .option(...JSON_OPTION)
    .action(async (name: string, options: OutputOptions) => {
      const { cancelRebuild } = await import('./projections/cancel-rebuild.js');
      await cancelRebuild(name, options);
    });
  projections
    .command('verify <projection>')
    .description('build one anew, compare it row by row with the one that serves, and drop it')
    .option(...JSON_OPTION)
    .action(async (name: string, options: OutputOptions) => {
      const { verifyProjection } = await import('./projections/verify-projection.js');
      await verifyProjection(name, options);
    });
  return projections;
}
