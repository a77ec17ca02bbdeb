import { existsSync, readFileSync, readdirSync } from 'node:fs';

/** Linux counts the time of processes in these, whatever its own clock does. */
const TICKS_A_SECOND = 100;

/**
 * The processor time that a PostgreSQL server has used so far, with all its processes.
 * @param pid of its first process, which starts the others
 * @returns milliseconds; undefined where the system does not tell
 */
export function serverProcessorMs(pid) {
  if (!existsSync('/proc/self/stat')) return undefined;
  for (;;) {
    // One that ends while the others are read is with neither: then they are read again.
    const { children } = timesOf(pid);
    const ticks = ticksOfAll(pid);
    if (timesOf(pid).children === children) return ((ticks + children) / TICKS_A_SECOND) * 1000;
  }
}

/** Those that have ended are not among them: they count as children of the first. */
function ticksOfAll(pid) {
  let ticks = 0;
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? timesOf(name) : undefined;
    if (Number(name) === pid || stat?.parent === pid) ticks += stat.own;
  }
  return ticks;
}

/** @returns undefined for a process that has ended meanwhile */
function timesOf(pid) {
  let stat;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The name stands in brackets and may contain anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [parent, user, system, childUser, childSystem] = [1, 11, 12, 13, 14].map((index) =>
    Number(fields[index]),
  );
  return { parent, own: user + system, children: childUser + childSystem };
}
