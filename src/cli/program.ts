import { Command } from 'commander';
import { keysCommands } from './keys.commands.js';
import { deadLettersCommands } from './dead-letters.commands.js';
import { groupsCommands } from './groups.commands.js';
import { parkedCommands } from './parked.commands.js';
import { processorsCommands } from './processors.commands.js';
import { projectionsCommands } from './projections.commands.js';

const EXAMPLES = `
Settings are those of the server, from the environment or from .env: DATABASE_URL, CONTEXTS, HUB, NATS_URL.
A server may run beside it, or none. Nothing runs by itself here.

Exit codes: 0 done, 1 failed, 2 wrong usage.`;

/** What \`hub\` understands. Everything heavy is loaded by the commands themselves. */
export function createProgram(): Command {
  const program = new Command('hub')
    .description(
      'Looks after a hub: its processors, the events they have set aside, its read models, and its keys.',
    )
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .showHelpAfterError();
  program.addCommand(processorsCommands().copyInheritedSettings(program));
  program.addCommand(parkedCommands().copyInheritedSettings(program));
  program.addCommand(projectionsCommands().copyInheritedSettings(program));
  program.addCommand(keysCommands().copyInheritedSettings(program));
  program.addCommand(deadLettersCommands().copyInheritedSettings(program));
  program.addCommand(groupsCommands().copyInheritedSettings(program));
  for (const group of program.commands) {
    for (const command of group.commands) command.copyInheritedSettings(program);
  }
  return program;
}
