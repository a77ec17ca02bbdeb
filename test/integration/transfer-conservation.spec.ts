import fc from 'fast-check';
import type { BootedKit } from '../support/booted-kit.js';
import { TransferWorld } from '../support/transfer-world.js';

const RUNS = Number(process.env.TRANSFER_RUNS ?? 100);
const CURRENCIES = ['EUR', 'EUR', 'USD', 'EUR'];
const MOST = 1_000_000_000_000_000;

type Deed = (world: TransferWorld) => unknown;

const nth = fc.nat(3);
const amount = fc.oneof(
  { arbitrary: fc.integer({ min: 1, max: 20 }), weight: 9 },
  { arbitrary: fc.constantFrom(MOST, MOST - 10), weight: 1 },
);
const currency = fc.oneof(
  { arbitrary: fc.constant('EUR'), weight: 9 },
  { arbitrary: fc.constant('USD'), weight: 1 },
);

function named(name: string, deed: Deed): Deed {
  return Object.assign(deed, { toString: () => name });
}

const deposits = fc
  .tuple(nth, amount, currency)
  .map((args) => named(`deposit ${args.join()}`, (world) => world.deposit(...args)));
const withdrawals = fc
  .tuple(nth, amount, currency)
  .map((args) => named(`withdraw ${args.join()}`, (world) => world.withdraw(...args)));
const requests = fc
  .tuple(nth, nth, amount, currency)
  .map((args) => named(`request ${args.join()}`, (world) => world.request(...args)));
const openings = fc.constant(named('open the last', (world) => world.open(3, 'EUR')));
const closings = nth.map((one) => named(`close ${one}`, (world) => world.close(one)));
const answers = nth.map((one) => named(`answer ${one}`, (world) => world.answerNext(one)));
const sendings = nth.map((one) => named(`send ${one}`, (world) => world.sendNext(one)));
const repeatedAnswers = fc
  .tuple(nth, nth)
  .map((args) => named(`answer again ${args.join()}`, (world) => world.answerAgain(...args)));
const repeatedSendings = fc
  .tuple(nth, nth)
  .map((args) => named(`send again ${args.join()}`, (world) => world.sendAgain(...args)));
const deadlines = nth.map((one) => named(`deadlines ${one}`, (world) => world.reachDeadlines(one)));
const times = fc
  .constantFrom(1, 30_000, 60_000, 60_000, -60_000)
  .map((ms) => named(`time ${ms}`, (world) => world.passTime(ms)));

/** What goes on in the accounts meanwhile. */
const meanwhile: fc.Arbitrary<Deed> = fc.oneof(
  { arbitrary: deposits, weight: 3 },
  { arbitrary: withdrawals, weight: 1 },
  { arbitrary: openings, weight: 2 },
  { arbitrary: closings, weight: 1 },
  { arbitrary: requests, weight: 1 },
);
const deeds: fc.Arbitrary<Deed> = fc.oneof(
  { arbitrary: answers, weight: 6 },
  { arbitrary: sendings, weight: 6 },
  { arbitrary: repeatedAnswers, weight: 1 },
  { arbitrary: repeatedSendings, weight: 3 },
  { arbitrary: deadlines, weight: 3 },
  { arbitrary: times, weight: 3 },
  { arbitrary: meanwhile, weight: 3 },
);

/** Few transfers, so that much is done about each. */
const beginning = fc.array(requests, { minLength: 1, maxLength: 3 });
/** One after the other, or two at once. */
const schedule = fc.array(fc.array(deeds, { minLength: 1, maxLength: 2 }), {
  minLength: 30,
  maxLength: 80,
});

describe('Money in transfers, whatever is done when,', () => {
  let kit: BootedKit;

  beforeAll(async () => {
    kit = await TransferWorld.boot();
  });

  afterAll(() => kit.app.close());

  it(
    'is neither made nor lost at any position, and every transfer ends',
    async () => {
      const ends = new Set<string | undefined>();
      await fc.assert(
        fc.asyncProperty(beginning, schedule, fc.boolean(), async (first, moments, inTime) => {
          const world = await TransferWorld.create(kit, CURRENCIES);
          for (const nth of [0, 1]) await world.deposit(nth, 30, 'EUR');
          for (const request of first) await request(world);
          for (const moment of moments) await Promise.all(moment.map((deed) => deed(world)));
          if (inTime) await world.settle('now');
          await world.settle('in the end');
          const { violations, pending, transfers } = await world.audit();
          expect({ violations, pending }).toEqual({ violations: [], pending: [] });
          for (const { end } of transfers.values()) ends.add(end);
        }),
        // To find a shorter one would take longer than a test may.
        { numRuns: RUNS, endOnFailure: true },
      );
      // Otherwise the runs would not have been about much.
      expect([...ends].sort()).toEqual(['completed', 'failed', 'refunded']);
    },
    30_000 + RUNS * 500,
  );
});
