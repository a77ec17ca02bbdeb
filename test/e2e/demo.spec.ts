import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const MAIN = join(import.meta.dirname, '../../dist/demo/main.js');

/** The built demo, as `npm run demo` runs it. */
describe('The demo', () => {
  let lines: string[];

  beforeAll(async () => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [MAIN]);
    expect(stderr).toBe('');
    lines = stdout.split('\n');
  });

  const below = (heading: RegExp, count: number): string[] => {
    const start = lines.findIndex((line) => heading.test(line)) + 1;
    return lines.slice(start, start + count).map((line) => line.trim().replace(/ {2,}/g, ' | '));
  };

  it('creates a user and replays it', () => {
    expect(lines).toContain('User: john_doe, Email: john@example.com');
    expect(below(/^ +position +stream/, 3).map((row) => row.split(' | ').at(-1))).toEqual([
      'user.created',
      'username.reserved',
      'email.reserved',
    ]);
    expect(below(/^ +revision +email/, 2)).toEqual([
      '1 | john@example.com',
      '2 | j.doe@example.com',
    ]);
  });

  it('transfers money, and gives back what is refused', () => {
    expect(below(/^ +account +balance/, 3)).toEqual([
      'john_doe | 74.50 EUR',
      'jane_doe | 25.50 EUR',
      'jane_doe, in USD | 0.00 USD',
    ]);
    expect(lines.join('\n')).toMatch(/refunded\n\n +Reason: EUR and USD cannot be mixed/);
  });

  it('shows what led to the refund, each event below its cause', () => {
    const tree = below(/^ +position +event/, 9).map((row) => row.split(' | ').slice(1).join(' | '));
    expect(tree).toEqual([
      'transfer.requested',
      'saga.stepped | sends money.reserve',
      'money.reserved',
      'saga.stepped | sends money.deposit',
      'saga.command-refused | currency-mismatch',
      'saga.stepped | sends money.release',
      'money.released',
      'saga.stepped | sends transfer.refund',
      'transfer.refunded | currency-mismatch',
    ]);
    const types = lines.filter((line) => /^ +\d+ +(transfer|saga|money)\./.test(line)).slice(-9);
    const depths = types.map((line) => line.search(/(transfer|saga|money)\./));
    expect(depths.map((depth) => (depth - depths[0]) / 2)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });
});
