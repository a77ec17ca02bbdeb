import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ProcessIdentity } from './process-identity.js';

const onLinux = process.platform === 'linux' ? describe : describe.skip;

/** A process that started another one, which has ended and which it never asks about. */
async function withUnburiedChild(look: (pid: number) => Promise<void>): Promise<void> {
  const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60']);
  const [pid] = (await once(parent.stdout, 'data')) as [Buffer];
  try {
    await look(Number(pid));
  } finally {
    parent.kill('SIGKILL');
  }
}

onLinux('of the owner of a lease', () => {
  const identity = new ProcessIdentity();
  const [host, pid, uuid, life] = identity.name.split('/');
  const [namespace, startedAt] = life.split(' ');
  const named = (parts: { pid?: number | string; life?: string }) =>
    [host, parts.pid ?? pid, uuid, parts.life ?? life].join('/');
  const NOBODY = 2 ** 22 + 1;

  it('it is known when it lives', () => {
    expect(identity.hasEnded(identity.name)).toBe(false);
    expect(new ProcessIdentity().hasEnded(identity.name)).toBe(false);
  });

  it('it is known when there is no such process any more', () => {
    expect(identity.hasEnded(named({ pid: NOBODY }))).toBe(true);
  });

  it('it is known when its number was given to another process', () => {
    expect(identity.hasEnded(named({ life: `${namespace} ${Number(startedAt) - 1}` }))).toBe(true);
  });

  it('it is known when it has ended and its parent has not heard of it', async () => {
    await withUnburiedChild(async (child) => {
      let stat: string[];
      do {
        await nextTurn();
        stat = (await readFile(`/proc/${child}/stat`, 'utf8')).split(') ')[1].split(' ');
      } while (stat[0] !== 'Z');
      expect(identity.hasEnded(named({ pid: child, life: `${namespace} ${stat[19]}` }))).toBe(true);
    });
  });

  it.each([
    ['another container, whatever its host name is', { life: `${namespace}1 ${startedAt}` }],
    ['another machine, or this one before it was started', { life: `x${namespace} ${startedAt}` }],
    ['a system that does not tell', { life: '' }],
  ])('nothing is known when it is of %s', (_, parts) => {
    expect(identity.hasEnded(named({ pid: NOBODY, ...parts }))).toBe(false);
    expect(identity.hasEnded(`${host}/${NOBODY}/${uuid}`)).toBe(false);
  });
});
