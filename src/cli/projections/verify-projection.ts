import type { RowDifference, Verification } from '../../event-sourcing/index.js';
import { verificationOf } from '../../ops/projections/rebuild.dto.js';
import { CommandFailedError } from '../command-failed.error.js';
import { inHub } from '../hub.js';
import { counted, type OutputOptions, print, printJson, printTable } from '../output.js';
import { interruptible } from './interruption.js';
import { lendAHand } from './lend-a-hand.js';
import { Progress } from './progress-bar.js';

const HEADINGS = ['table', 'rows', 'missing', 'unexpected', 'different'];

export async function verifyProjection(
  name: string,
  { json = false }: OutputOptions,
): Promise<void> {
  const found = await inHub(async (hub) => {
    await hub.rebuilds.status(name); // so that a wrong name is answered as one of a projection
    await lendAHand(hub, name, json);
    const progress = Progress.on(process.stdout, json);
    const onProgress = progress.show.bind(progress);
    return interruptible((signal) => hub.rebuilds.verify(name, { onProgress, signal })).finally(
      () => progress.stop(),
    );
  });
  if (json) printJson(verificationOf(found));
  if (found.isEqual) {
    const said = `${name} is what ${counted(found.position, 'event')} of the log say, row by row.`;
    return json ? undefined : print(said);
  }
  if (!json) printDifferences(found);
  throw new CommandFailedError(
    `${name} is not what the log says.\nTo build it anew: hub projections rebuild ${name}`,
  );
}

function printDifferences({ tables, parked }: Verification): void {
  printTable(
    HEADINGS,
    tables.map(({ table, rows, missing, unexpected, different }) => [
      table,
      ...[rows, missing, unexpected, different].map(String),
    ]),
  );
  print('', `Parked: ${counted(parked.actual, 'event')}; built anew, ${parked.expected}.`);
  for (const { table, examples } of tables) {
    for (const { expected, actual } of examples) {
      print('', `${table}, as it should be: ${textOf(expected)}`);
      print(`${table}, as it is:        ${textOf(actual)}`);
    }
  }
}

function textOf(row: RowDifference['actual']): string {
  return row ? JSON.stringify(row) : 'no such row';
}
