#!/usr/bin/env node
import { CommanderError } from 'commander';
import { createProgram } from './program.js';

const FAILED = 1;
const WRONG_USAGE = 2;

// `hub parked list | head` closes the pipe when it has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

const [, , ...words] = process.argv;
const program = createProgram();

try {
  if (words.length === 0) program.outputHelp();
  else await program.parseAsync(words, { from: 'user' });
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has said why; help that was asked for is no failure.
    process.exitCode = error.exitCode === 0 ? 0 : WRONG_USAGE;
  } else {
    const { describeFailure } = await import('./describe-failure.js');
    process.stderr.write(`${describeFailure(error)}\n`);
    process.exitCode = FAILED;
  }
}
