import { Command } from 'commander';
import type { ProcessorStatus } from '../event-sourcing/index.js';
import { inHub } from './hub.js';
import {
  counted,
  JSON_OPTION,
  type OutputOptions,
  print,
  printJson,
  printTable,
} from './output.js';

const HEADINGS = ['processor', 'state', 'position', 'behind by', 'parked', 'run by'];

export function processorsCommands(): Command {
  const processors = new Command('processors').description('what follows the log');
  processors
    .command('list')
    .description('how far each is, and which process runs it')
    .option(...JSON_OPTION)
    .action(list);
  processors
    .command('pause <processor>')
    .description('have one rest in every process until it is resumed')
    .option(...JSON_OPTION)
    .action((name: string, options: OutputOptions) => setPaused(name, true, options));
  processors
    .command('resume <processor>')
    .description('have one go on')
    .option(...JSON_OPTION)
    .action((name: string, options: OutputOptions) => setPaused(name, false, options));
  return processors;
}

async function list({ json }: OutputOptions): Promise<void> {
  const found = await inHub(({ processors }) => processors.statuses());
  const statuses = [...found].sort((one, other) => (one.name < other.name ? -1 : 1));
  if (json) return printStatuses(statuses);
  if (statuses.length === 0) return print('There are no processors in these services.');
  printTable(HEADINGS, statuses.map(rowOf));
  const paused = statuses.filter(({ state }) => state === 'paused');
  const parking = statuses.filter(({ parked }) => parked > 0);
  const resting = statuses.filter(({ state }) => state === 'stopped');
  if (paused.length > 0) print('', `To have one go on: hub processors resume ${paused[0].name}`);
  if (parking.length > 0) {
    print('', `To see what is parked: hub parked list --processor ${parking[0].name}`);
  }
  if (resting.length > 0) print('', 'One that is stopped goes on when a server is started.');
}

async function setPaused(name: string, isPaused: boolean, { json }: OutputOptions): Promise<void> {
  const status = await inHub(async ({ processors }) => {
    await (isPaused ? processors.pause(name) : processors.resume(name));
    return processors.status(name);
  });
  if (json) return printStatus(status);
  if (isPaused) {
    print(`${name} is paused at position ${status.position}, in every process.`);
    print(`To have it go on: hub processors resume ${name}`);
    return;
  }
  const behind = status.lagEvents === 0 ? '' : `, ${counted(status.lagEvents, 'event')} behind`;
  print(`${name} goes on at position ${status.position}${behind}.`);
}

function rowOf(status: ProcessorStatus): readonly string[] {
  const { name, state, position, lagEvents, lagSeconds, parked, owner } = status;
  const lag = `${counted(lagEvents, 'event')}, ${lagSeconds.toFixed(1)} s`;
  return [
    name,
    state,
    String(position),
    lagEvents === 0 ? '-' : lag,
    String(parked),
    owner === undefined ? '-' : placeOf(owner),
  ];
}

function placeOf(owner: string): string {
  const [host, process] = owner.split('/');
  return `process ${process} on ${host}`;
}

async function printStatuses(statuses: readonly ProcessorStatus[]): Promise<void> {
  const { processorOf } = await import('../ops/processors/processor.dto.js');
  printJson({ items: statuses.map(processorOf) });
}

async function printStatus(status: ProcessorStatus): Promise<void> {
  const { processorOf } = await import('../ops/processors/processor.dto.js');
  printJson(processorOf(status));
}
