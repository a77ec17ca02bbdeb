import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const MAIN = join(import.meta.dirname, '../../dist/demo/services/main.js');
const TIMEOUT_MS = 90_000;

/** The built demo, as `npm run demo:services` runs it. */
describe('The demo of services', () => {
  let output: string;

  beforeAll(async () => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [MAIN]);
    expect(stderr).toBe('');
    output = stdout;
  }, TIMEOUT_MS);

  it('creates a user at one service and replays it from the hub', () => {
    expect(output).toContain('\nUser: john_doe, Email: john@example.com\n');
  });

  it('pays over three services, though the hub is killed, once', () => {
    const rows = output.split('\n').map((line) => line.trim().split(/ {2,}/));
    const typesBy = (actor: string): string[] =>
      rows.filter((row) => row[2] === actor).map(([, type]) => type);
    expect(typesBy('key:transfers').filter((type) => type !== 'saga.stepped')).toEqual([
      'transfer.requested',
      'money.reserved',
      'money.deposited',
      'money.captured',
      'transfer.completed',
    ]);
    expect(rows).toContainEqual(['john_doe', '74.50 EUR']);
    expect(rows).toContainEqual(['jane_doe', '25.50 EUR']);
  });

  it('leaves no process behind', () => {
    const codes = [...output.matchAll(/(hub|users|accounts|transfers) (\d+)(?:,|$)/gm)];
    expect(codes.map(([, name, code]) => [name, code]).sort()).toEqual([
      ['accounts', '0'],
      ['hub', '0'],
      ['transfers', '0'],
      ['users', '0'],
    ]);
    const pids = [...output.matchAll(/^ {3}(?:hub|users|accounts|transfers) +(\d+) /gm)];
    expect(pids).toHaveLength(4);
    for (const [, pid] of pids) expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH');
  });
});
