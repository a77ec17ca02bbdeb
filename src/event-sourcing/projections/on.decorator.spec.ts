import type { EntityManager } from 'typeorm';
import type { EventEnvelope } from '../events/event-envelope.js';
import { handlerMethodsOf, On, OnBatch } from './on.decorator.js';
import type { ProjectionContext } from './projection-context.js';

class LampLit {
  constructor(readonly watts: number) {}
}

class LampBroken {
  constructor(readonly reason: string) {}
}

// What is marked with @ts-expect-error must not compile: the type check fails where it does.

describe('the compiler accepts', () => {
  it('methods that take what their decorator promises, or less', () => {
    class Accepted {
      @On(LampLit)
      async one(_event: LampLit, _context: ProjectionContext): Promise<void> {}

      @On(LampLit, LampBroken)
      async several(_event: LampLit | LampBroken): Promise<number> {
        return 1;
      }

      @On(LampLit)
      async wider(_event: object, _context: { readonly manager: EntityManager }): Promise<void> {}

      @On(LampBroken)
      async none(): Promise<void> {}

      @OnBatch(LampLit, LampBroken)
      async batch(
        _envelopes: readonly EventEnvelope<LampLit | LampBroken>[],
        _manager: EntityManager,
      ): Promise<void> {}

      @OnBatch(LampLit)
      async wideBatch(_envelopes: readonly EventEnvelope[]): Promise<void> {}
    }
    expect(handlerMethodsOf(Accepted).map(({ name }) => name)).toEqual([
      'one',
      'several',
      'wider',
      'none',
      'batch',
      'wideBatch',
    ]);
  });
});

describe('the compiler refuses', () => {
  it('methods that cannot take what their decorator promises', () => {
    class Refused {
      // @ts-expect-error another event
      @On(LampLit)
      async other(_event: LampBroken): Promise<void> {}

      // @ts-expect-error one of two events
      @On(LampLit, LampBroken)
      async oneOfTwo(_event: LampLit): Promise<void> {}

      // @ts-expect-error an event that has more than this one
      @On(LampLit)
      async narrower(_event: LampLit & { readonly colour: string }): Promise<void> {}

      // @ts-expect-error a second parameter that is not the context
      @On(LampLit)
      async otherContext(_event: LampLit, _manager: EntityManager): Promise<void> {}

      // @ts-expect-error a third parameter
      @On(LampLit)
      async third(_event: LampLit, _context: ProjectionContext, _more: string): Promise<void> {}

      // @ts-expect-error no promise: nobody would wait for what it writes
      @On(LampLit)
      unawaited(_event: LampLit): void {}

      // @ts-expect-error no event class
      @On()
      async nothing(): Promise<void> {}

      // @ts-expect-error something that is not a class
      @On('lamp.lit')
      async text(): Promise<void> {}

      // @ts-expect-error an event instead of envelopes
      @OnBatch(LampLit)
      async notABatch(_event: LampLit): Promise<void> {}

      // @ts-expect-error envelopes of another event
      @OnBatch(LampLit)
      async otherBatch(_envelopes: readonly EventEnvelope<LampBroken>[]): Promise<void> {}

      // @ts-expect-error envelopes that it might change
      @OnBatch(LampLit)
      async mutableBatch(_envelopes: EventEnvelope<LampLit>[]): Promise<void> {}

      // @ts-expect-error the context instead of the manager
      @OnBatch(LampLit)
      async batchContext(_envelopes: object, _context: ProjectionContext): Promise<void> {}
    }
    expect(handlerMethodsOf(Refused)).toHaveLength(12);
  });
});
