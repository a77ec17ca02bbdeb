import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

const BOOT_ID = '/proc/sys/kernel/random/boot_id';
const PID_NAMESPACE = '/proc/self/ns/pid';
/** Of the fields of `/proc/<pid>/stat` behind the name, which may contain anything: the state, and when it was started. */
const STATE = 0;
const STARTED_AT = 19;
const NO_LONGER_RUNNING = ['Z', 'X', 'x'];

/**
 * The name of a process as the owner of leases: `host/pid/uuid` and, on Linux, `/life`, by which a process on the same
 * machine can tell for sure that the owner is no more. A life is where and when a process was started: the boot of the
 * kernel, the namespace in which its number counts, and the time. Two containers have namespaces of their own, whatever
 * their host names are, and a number that was given to another process comes with another time.
 */
export class ProcessIdentity {
  private readonly namespace = namespaceOfPids();
  readonly name: string;

  constructor() {
    const startedAt = this.namespace && statOf(process.pid)?.[STARTED_AT];
    const life = startedAt && `/${this.namespace} ${startedAt}`;
    this.name = `${hostname()}/${process.pid}/${randomUUID()}${life || ''}`;
  }

  /** Whether the process of that name has ended for sure. When in doubt, it has not. */
  hasEnded(owner: string): boolean {
    const [, pid, , life] = owner.split('/');
    const [namespace, startedAt] = life?.split(' ') ?? [];
    if (!startedAt || namespace !== this.namespace) return false;
    if (!isThere(Number(pid))) return true;
    const stat = statOf(Number(pid));
    if (!stat) return false;
    return stat[STARTED_AT] !== startedAt || NO_LONGER_RUNNING.includes(stat[STATE]);
  }
}

/** Undefined where the system does not tell. */
function namespaceOfPids(): string | undefined {
  try {
    const [inode] = /\d+/.exec(readlinkSync(PID_NAMESPACE)) ?? [];
    return inode && `${readFileSync(BOOT_ID, 'utf8').trim()}:${inode}`;
  } catch {
    return undefined;
  }
}

/** A signal that is not sent reaches processes of other users, too: to them, it is forbidden. */
function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code !== 'ESRCH';
  }
}

function statOf(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
