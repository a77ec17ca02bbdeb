import { Injectable } from '@nestjs/common';
import { AssertionError } from 'node:assert';
import { existsSync } from 'node:fs';
import { Column, Entity, type EntityManager, PrimaryColumn } from 'typeorm';
import { failureOf } from '../../../../test/support/async.js';
import {
  CounterTotal,
  CounterTotalsProjection,
  CreateCounterTotals1764000000901,
} from '../../../../test/support/counter-totals.js';
import { CounterIncreased, CounterStarted } from '../../../../test/support/counter.events.js';
import { UndeclaredEventError } from '../../errors/event.errors.js';
import { ConfigurationError } from '../../errors/event-sourcing.error.js';
import type { EventEnvelope } from '../../events/event-envelope.js';
import { On, OnBatch } from '../../projections/on.decorator.js';
import { ProjectionContext } from '../../projections/projection-context.js';
import { Projection } from '../../projections/projection.decorator.js';
import { recorded } from './given-event.js';
import { specifyProjection } from './projection-specification.js';

const ID = '00000000-0000-7000-8000-000000000001';
const started = new CounterStarted('visits');
const by = (count: number): CounterIncreased => new CounterIncreased(count);
const row = (total: number, position: number): CounterTotal => ({
  id: ID,
  label: 'visits',
  total,
  position,
});

/** One row for every event. */
@Entity('notes')
class Note {
  @PrimaryColumn('integer')
  position: number;

  @Column('text')
  text: string;

  static of({ position }: EventEnvelope, text: unknown): Note {
    return Object.assign(new Note(), { position, text: JSON.stringify(text) });
  }
}

const NOTES = { name: 'notes', version: 1, entities: [Note] };
const notes = (...texts: unknown[]): Note[] =>
  texts.map((text, index) => ({ position: index + 1, text: JSON.stringify(text) }));

describe('a specification of a projection passes', () => {
  it('when the table holds the expected rows', () =>
    specifyProjection(CounterTotalsProjection)
      .given(started, by(1), by(2), by(3))
      .then(CounterTotal, [row(6, 4)]));

  it('when nothing was given and nothing is expected', () =>
    specifyProjection(CounterTotalsProjection).given().then(CounterTotal, []));

  it('in whatever order the rows are expected', async () => {
    const other = recorded(started, { stream: 'counter-2' });
    const specification = specifyProjection(CounterTotalsProjection).given(started, other);
    const rows = [row(0, 1), { ...row(0, 2), id: '2' }];
    await specification.then(CounterTotal, rows);
    await specification.then(CounterTotal, rows.toReversed());
  });

  it('whether it is async or inline', async () => {
    @Projection({
      name: 'inline-totals',
      version: 1,
      entities: [CounterTotal],
      lifecycle: 'inline',
    })
    class InlineTotals extends CounterTotalsProjection {}
    const specification = specifyProjection(InlineTotals).given(started, by(1), by(2));
    await specification.then(CounterTotal, [row(3, 3)]);
    const failure = await failureOf(specification.then(CounterTotal, [row(4, 3)]));
    expect(failure).toBeInstanceOf(AssertionError);
  });

  it('on the tables that migrations make', () =>
    specifyProjection(CounterTotalsProjection, { migrations: [CreateCounterTotals1764000000901] })
      .given(started)
      .then(CounterTotal, [row(0, 1)]));

  it('with what is known about the events, as it was given or by default', async () => {
    @Projection(NOTES)
    class Circumstances {
      @On(CounterIncreased)
      noted(_: object, { envelope, manager }: ProjectionContext): Promise<unknown> {
        const { id, stream, revision, recordedAt, metadata } = envelope;
        return manager.insert(
          Note,
          Note.of(envelope, [id, stream, revision, recordedAt, metadata]),
        );
      }
    }
    const stream = 'counter-a';
    const recordedAt = new Date('2026-03-01T00:00:00.000Z');
    const metadata = { actor: 'jane' };
    await specifyProjection(Circumstances)
      .given(by(1), recorded(by(2), { stream, recordedAt, metadata }), recorded(by(3), { stream }))
      .then(
        Note,
        notes(
          [ID, `counter-${ID}`, 1, '2026-01-01T00:00:00.000Z', {}],
          ['00000000-0000-7000-8000-000000000002', stream, 1, recordedAt, metadata],
          ['00000000-0000-7000-8000-000000000003', stream, 2, recordedAt, {}],
        ),
      );
  });

  it('with what the projection injects', async () => {
    @Injectable()
    class Words {
      of(count: number): string {
        return `${count} more`;
      }
    }
    @Projection(NOTES)
    class Wordy {
      constructor(private readonly words: Words) {}

      @On(CounterIncreased)
      noted(event: CounterIncreased, { envelope, manager }: ProjectionContext): Promise<unknown> {
        return manager.insert(Note, Note.of(envelope, this.words.of(event.by)));
      }
    }
    await specifyProjection(Wordy, { providers: [Words] })
      .given(by(7))
      .then(Note, notes('7 more'));
  });

  it('and leaves no files behind', async () => {
    const files = new Set<string>();
    @Projection(NOTES)
    class Revealing {
      @On(CounterIncreased)
      async noted(_: object, { manager }: ProjectionContext): Promise<void> {
        files.add(String(manager.queryRunner?.dataSource.options.database));
        expect([...files].every(existsSync)).toBe(true);
      }
    }
    const specification = specifyProjection(Revealing).given(by(1), by(2));
    await specification.then(Note, []);
    await failureOf(specification.then(Note, notes('none')));
    expect(files.size).toBeGreaterThan(3);
    expect([...files].filter(existsSync)).toEqual([]);
  });
});

describe('a specification of a projection fails', () => {
  const oneCounter = specifyProjection(CounterTotalsProjection).given(started, by(1));

  it.each<[string, readonly CounterTotal[]]>([
    ['another row', [row(2, 2)]],
    ['a row too many', [row(1, 2), { ...row(1, 2), id: '2' }]],
    ['no row', []],
  ])('when %s was expected', async (_, rows) => {
    const failure = await failureOf(oneCounter.then(CounterTotal, rows));
    expect(failure).toBeInstanceOf(AssertionError);
    expect(failure.message).toMatch(/^Delivered in one batch, the events led to other rows\.\n/);
  });

  it('and shows the difference, in message and stack', async () => {
    const failure = await failureOf(oneCounter.then(CounterTotal, [row(7, 2)]));
    for (const text of [failure.message, failure.stack]) {
      expect(text).toMatch(/Delivered in one batch[\s\S]*\+\s+total: 1[\s\S]*-\s+total: 7/);
    }
  });

  it('when a batch of several is not what its events are one by one', async () => {
    @Projection(NOTES)
    class LastOfABatch {
      @OnBatch(CounterIncreased)
      noted(envelopes: readonly EventEnvelope[], manager: EntityManager): Promise<unknown> {
        const last = envelopes[envelopes.length - 1];
        return manager.insert(Note, Note.of(last, last.event));
      }
    }
    const given = specifyProjection(LastOfABatch).given(by(1), by(2), by(3));
    const whole = [{ ...notes(by(3))[0], position: 3 }];
    expect((await failureOf(given.then(Note, whole))).message).toMatch(/^Delivered one by one, /);
    const single = notes(by(1), by(2), by(3));
    expect((await failureOf(given.then(Note, single))).message).toMatch(/^Delivered in one batch/);
  });

  it('when the projection remembers what was rolled back', async () => {
    @Projection(NOTES)
    class Counting {
      private total = 0;

      @On(CounterIncreased)
      noted(event: CounterIncreased, { envelope, manager }: ProjectionContext): Promise<unknown> {
        this.total += event.by;
        return manager.insert(Note, Note.of(envelope, this.total));
      }
    }
    const failure = await failureOf(specifyProjection(Counting).given(by(1)).then(Note, notes(1)));
    expect(failure.message).toMatch(/^Delivered twice, as by crashes before each commit and after/);
  });

  it('when the projection remembers what a restart forgets', async () => {
    @Projection(NOTES)
    class Remembering {
      private readonly totals = new Map<number, number>([[0, 0]]);

      @On(CounterIncreased)
      noted(event: CounterIncreased, { envelope, manager }: ProjectionContext): Promise<unknown> {
        const { revision } = envelope;
        const total = (this.totals.get(revision - 1) ?? 0) + event.by;
        this.totals.set(revision, total);
        return manager.insert(Note, Note.of(envelope, total));
      }
    }
    const failure = await failureOf(
      specifyProjection(Remembering).given(by(1), by(2)).then(Note, notes(1, 3)),
    );
    expect(failure.message).toMatch(/^Delivered twice/);
  });

  it('at once, with the error of the projection and where it came from', async () => {
    @Projection(NOTES)
    class Failing {
      @On(CounterIncreased)
      async noted(): Promise<void> {
        throw new TypeError('Not like this.');
      }
    }
    const failure = await failureOf(specifyProjection(Failing).given(by(1)).then(Note, []));
    expect(failure.message).toMatch(
      /"notes" failed .*Not like this\.\nTypeError: .*\n\s+at Failing/,
    );
  });

  it('when an event is not declared', async () => {
    const undeclared = specifyProjection(CounterTotalsProjection).given({ by: 1 });
    const failure = await failureOf(undeclared.then(CounterTotal, []));
    expect(failure).toBeInstanceOf(UndeclaredEventError);
  });

  it('when events are given in another order than that of their times', async () => {
    const backwards = specifyProjection(CounterTotalsProjection).given(
      recorded(started, { recordedAt: '2026-01-02T00:00:00.000Z' }),
      recorded(by(1), { recordedAt: '2026-01-01T00:00:00.000Z' }),
    );
    const failure = await failureOf(backwards.then(CounterTotal, []));
    expect(failure.message).toMatch(
      /^2026-01-01T.* is before 2026-01-02T.*, and the times of a log/,
    );
  });

  it('when the class is no projection, or not a right one', async () => {
    class NoProjection {}
    @Projection({ ...NOTES, version: 0 })
    class Wrong extends CounterTotalsProjection {}
    for (const [projection, message] of [
      [NoProjection, /^NoProjection is not a projection\. Write @Projection/],
      [Wrong, /^Wrong: 0 is not the version of a projection\./],
    ] as const) {
      const failure = await failureOf(specifyProjection(projection).given().then(Note, []));
      expect(failure).toBeInstanceOf(ConfigurationError);
      expect(failure.message).toMatch(message);
    }
  });

  it('when it was awaited without being told what to expect', async () => {
    const unfinished = Promise.resolve(oneCounter as unknown as PromiseLike<void>);
    expect((await failureOf(unfinished)).message).toMatch(/^Say what must come of it: \.then\(Ent/);
  });
});
