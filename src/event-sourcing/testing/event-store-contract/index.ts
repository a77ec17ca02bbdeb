import { atomicityCases } from './atomicity.cases.js';
import { concurrencyCases } from './concurrency.cases.js';
import { ContractCase, OpenEventStore } from './contract-case.js';
import { expectedRevisionCases } from './expected-revision.cases.js';
import { idempotencyCases } from './idempotency.cases.js';
import { lookupCases } from './lookup.cases.js';
import { orderCases } from './order.cases.js';
import { pagingCases } from './paging.cases.js';
import { payloadCases } from './payload.cases.js';
import { readingCases } from './reading.cases.js';
import { refusalCases } from './refusal.cases.js';
import { replayingCases } from './replaying.cases.js';

export type { ContractCase, OpenedEventStore, OpenEventStore } from './contract-case.js';

/**
 * What every implementation of the port `EventStore` promises, as cases that can be run. They need no test runner:
 * a case resolves when the store keeps its promise and rejects with an AssertionError when it does not.
 */
export function eventStoreContract(): readonly ContractCase[] {
  return [
    ...expectedRevisionCases,
    ...atomicityCases,
    ...idempotencyCases,
    ...concurrencyCases,
    ...orderCases,
    ...readingCases,
    ...replayingCases,
    ...pagingCases,
    ...lookupCases,
    ...payloadCases,
    ...refusalCases,
  ];
}

/** The parts of a test runner (Jest, Vitest, Mocha, node:test) that the contract is registered with. */
export interface ContractRunner {
  /** Groups the cases by theme. @default one flat list, the theme in front of each name */
  readonly describe?: (theme: string, register: () => void) => unknown;
  readonly it: (name: string, run: () => Promise<void>) => unknown;
}

/**
 * Registers the contract with a test runner. `open` is called once per case, for an empty store of its own:
 *
 * ```ts
 * runEventStoreContract(async () => ({ store: new MyStore(), close: async () => {} }), { describe, it });
 * ```
 */
export function runEventStoreContract(
  open: OpenEventStore,
  { describe, it }: ContractRunner,
  cases: readonly ContractCase[] = eventStoreContract(),
): void {
  if (!describe) {
    for (const { theme, name, run } of cases) it(`${theme}: ${name}`, () => run(open));
    return;
  }
  for (const theme of new Set(cases.map((each) => each.theme))) {
    describe(theme, () => {
      for (const each of cases) if (each.theme === theme) it(each.name, () => each.run(open));
    });
  }
}
