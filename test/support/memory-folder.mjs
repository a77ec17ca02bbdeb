import { chmodSync, mkdtempSync, statfsSync } from 'node:fs';
import { freemem } from 'node:os';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
const ENOUGH_BYTES = 4 * 2 ** 30;

/**
 * A folder of files that are kept in memory, where the machine has such a place and room in it. What a killed process has
 * written outlives it there as it does on a disk; only a loss of power, which no test causes, would tell them apart.
 * @returns {string | undefined}
 */
export function makeMemoryFolder() {
  if (!hasRoom()) return undefined;
  const folder = mkdtempSync(join(MEMORY, 'hindsight-tests-'));
  // As root a server of PostgreSQL runs as another user, who must be able to enter.
  chmodSync(folder, 0o777);
  return folder;
}

function hasRoom() {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return Math.min(bavail * bsize, freemem()) >= ENOUGH_BYTES;
  } catch {
    return false;
  }
}
