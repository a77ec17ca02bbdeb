// @ts-check
import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { DomainEvent, Processor, Reactor, ReactsTo } from '../../../dist/event-sourcing/index.js';
import { errandProviders } from './errand-saga.mjs';
import { pass } from './places.mjs';

/**
 * @typedef {import('../processor-process.js').RunnerInput} Input
 * @typedef {import('../../../dist/event-sourcing/index.js').EventEnvelope} Envelope
 */

class CounterIncreased {
  /** @type {number} */
  by = 0;
}
DomainEvent('counter.increased')(CounterIncreased);

/** @param {Omit<Input, 'url' | 'processing'>} input */
export function providersOf({ runs = ['increases'], poison, effectsFile, patienceMs }) {
  /** @param {string} processor @param {number} by */
  const taste = (processor, by) => {
    if (poison?.by !== by || poison.processor !== processor) return;
    if (poison.deed === 'throw') throw new Error(`Not ${by}.`);
    if (poison.deed === 'exit') process.exit(1);
    if (poison.deed === 'kill') process.kill(process.pid, 'SIGKILL');
    // As a loop that does not end.
    for (;;) Math.random();
  };

  class Increases extends Processor {
    name = 'increases';
    eventTypes = ['counter.increased'];

    /** @param {Envelope} envelope @param {import('typeorm').EntityManager} manager */
    async handle({ position, event }, manager) {
      taste(this.name, /** @type {CounterIncreased} */ (event).by);
      await manager.query(
        `INSERT INTO effects (processor, position) VALUES ('${this.name}', ${position})`,
      );
      pass('inside a batch');
    }
  }

  /** Folds the positions of each stream in the order in which they come: whatever comes twice or too early changes all. */
  class Tallies extends Processor {
    name = 'tallies';
    eventTypes = ['counter.increased'];

    /** @param {Envelope} envelope @param {import('typeorm').EntityManager} manager */
    async handle({ stream, position, event }, manager) {
      taste(this.name, /** @type {CounterIncreased} */ (event).by);
      const [last] = await manager.query(`SELECT digest FROM tallies WHERE stream = '${stream}'`);
      const digest = createHash('sha256').update(`${last?.digest} ${position}`).digest('hex');
      await manager.query(
        `INSERT INTO tallies (stream, events, digest) VALUES ('${stream}', 1, '${digest}')
          ON CONFLICT (stream) DO UPDATE SET events = tallies.events + 1, digest = excluded.digest`,
      );
      pass('inside a batch');
    }
  }

  class Letters {
    /**
     * @param {CounterIncreased} event
     * @param {import('../../../dist/event-sourcing/index.js').ReactorContext} context
     */
    async write({ by }, context) {
      taste('letters', by);
      await context.once('letter', async (key) => {
        pass('before an effect');
        appendFileSync(String(effectsFile), `${by} ${key} ${process.pid}\n`);
        pass('after an effect');
      });
    }
  }
  ReactsTo(CounterIncreased)(Letters.prototype, 'write', {});
  Reactor({ name: 'letters', from: 'beginning' })(Letters);

  return [
    ...(runs.includes('increases') ? [Increases] : []),
    ...(runs.includes('tallies') ? [Tallies] : []),
    ...(runs.includes('letters') ? [Letters] : []),
    ...(runs.includes('errand') ? errandProviders(Number(patienceMs)) : []),
  ];
}
