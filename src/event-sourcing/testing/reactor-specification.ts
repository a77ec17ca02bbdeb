import assert from 'node:assert/strict';
import { v5 } from 'uuid';
import { declarationOf } from '../events/domain-event.decorator.js';
import { EffectKey, EffectLedger } from '../reactors/effect-ledger.js';
import { reactorDefinitionOf } from '../reactors/reactor-definition.js';
import { ReactorProcessor } from '../reactors/reactor.processor.js';

const NAMESPACE = '00000000-0000-7000-8000-000000000001';

export interface ThenOfReactor {
  /**
   * Exactly these effects were done through `ReactorContext.once`, by their names and in this order; and none when the
   * same events were delivered again. Rejects with an `AssertionError` that shows the difference.
   */
  then(...effects: readonly string[]): Promise<void>;
}

/**
 * Specifies a reactor: when these events come, then it does this. What it does inside of an effect, and the commands it
 * sends, are seen in the stand-ins that its constructor was given. Works with any test runner.
 *
 * @example
 * await specifyReactor(new WelcomeMailReactor(mailer)).when(new UserCreated('john')).then('welcome-mail');
 */
export function specifyReactor(reactor: object): {
  when(...events: readonly object[]): ThenOfReactor;
} {
  const definition = reactorDefinitionOf(reactor.constructor as new () => object);
  if (!definition) throw new Error(`${reactor.constructor.name} has no @Reactor.`);
  return {
    when: (...events) => ({
      then: async (...effects) => {
        const ledger = new LedgerInMemory();
        const processor = new ReactorProcessor(definition, reactor, ledger, []);
        for (const [index, event] of events.entries()) {
          await processor.perform(envelopeOf(event, index + 1));
        }
        assert.deepStrictEqual(ledger.done, effects);
        for (const [index, event] of events.entries()) {
          await processor.perform(envelopeOf(event, index + 1));
        }
        assert.deepStrictEqual(ledger.done, effects, 'effects when it is delivered again');
      },
    }),
  };
}

class LedgerInMemory extends EffectLedger {
  readonly done: string[] = [];
  private readonly finished = new Set<string>();

  override begin(key: EffectKey): Promise<boolean> {
    return Promise.resolve(this.finished.has(JSON.stringify(key)));
  }

  override finish(key: EffectKey): Promise<void> {
    this.finished.add(JSON.stringify(key));
    this.done.push(key.effect);
    return Promise.resolve();
  }
}

function envelopeOf(event: object, position: number) {
  const { type, version } = declarationOf(event.constructor) ?? { type: 'event', version: 1 };
  return {
    ...{ id: v5(`event ${position}`, NAMESPACE), type, version, event },
    ...{ stream: 'test-1', revision: position, position },
    ...{ metadata: {}, tags: [], recordedAt: new Date('2020-01-01T00:00:00.000Z') },
  };
}
