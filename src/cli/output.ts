import { table } from '../common/text/table.js';

/** What every command that answers something takes. */
export interface OutputOptions {
  /** For programs: one JSON value, as the REST API answers it. */
  readonly json?: boolean;
}

export const JSON_OPTION = ['--json', 'answer in JSON, as the REST API does'] as const;

export function print(...lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2));
}

export function printTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  print(...table(headings, rows, ''));
}

/** `1 event`, `2 events`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
