import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { until } from './async.js';
import type { BuiltServer } from './built-server.js';

const TELLER = pathToFileURL(join(import.meta.dirname, 'processes/memory-teller.mjs')).href;

/** With these settings a server tells its memory to `memoryOf`. */
export const TELLS_MEMORY = { NODE_OPTIONS: `--import ${TELLER}` };

export interface Memory {
  /** What is in use when all that is garbage is gone, in MiB. */
  readonly used: number;
  /** What the operating system has given it, in MiB. */
  readonly resident: number;
}

/** What a server has in memory at the moment. */
export async function memoryOf(server: BuiltServer): Promise<Memory> {
  const before = toldBy(server).length;
  server.signal('SIGUSR2');
  await until(() => toldBy(server).length > before, 'the server tells its memory');
  const [used, resident] = (toldBy(server).at(-1) ?? []).slice(1).map(mebibytes);
  return { used, resident };
}

function toldBy({ output }: BuiltServer): readonly RegExpMatchArray[] {
  return [...output.matchAll(/^MEMORY (\d+) (\d+)$/gm)];
}

function mebibytes(bytes: string): number {
  return Math.round((Number(bytes) / 1024 ** 2) * 10) / 10;
}
