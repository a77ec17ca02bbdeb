import fc from 'fast-check';
import type { StreamAppend } from '../../src/event-sourcing/store/event-store.js';
import type { ExpectedRevision } from '../../src/event-sourcing/store/expected-revision.js';
import type { JsonValue, NewEvent } from '../../src/event-sourcing/store/recorded-event.js';

export const STREAMS = ['a-1', 'a-2', 'ab-1', 'b-1'];
export const TYPES = ['a.made', 'a.made-again', 'b.made'];
export const CORRELATIONS = ['request-1', 'request-2'];

/** Relative to the revision the stream has when the step begins. */
interface RelativeRevision {
  readonly plus: number;
}

type Expectation = ExpectedRevision | RelativeRevision;

interface Write {
  readonly stream: string;
  readonly expectation: Expectation;
  readonly events: readonly Omit<NewEvent, 'id'>[];
}

/** What is done with an append that was tried before. */
const TWISTS = ['same', 'expectation', 'order', 'stream', 'part', 'more'] as const;

interface NewAppend {
  readonly kind: 'new';
  readonly writes: readonly Write[];
}

interface OldAppend {
  readonly kind: 'old';
  /** How many appends ago, in the order in which they were tried. */
  readonly back: number;
  readonly twist: (typeof TWISTS)[number];
  readonly write: Write;
}

/** Appends that are fired in the same tick. */
export type Step = readonly (NewAppend | OldAppend)[];

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('\u0000', '\ud800', '\x1e', 'a\x1eb', "'", '\\', '"', '__proto__'),
);

const data: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false),
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(text, tie('value'), { maxKeys: 3 }),
  ),
})).value;

const event: fc.Arbitrary<Omit<NewEvent, 'id'>> = fc.record(
  {
    type: fc.oneof(
      { weight: 100, arbitrary: fc.constantFrom(...TYPES) },
      { weight: 1, arbitrary: fc.constantFrom('Not a type', '') },
    ),
    version: fc.oneof(
      { weight: 100, arbitrary: fc.constantFrom(1, 2, 2 ** 31 - 1) },
      { weight: 1, arbitrary: fc.constantFrom(0, 2 ** 31) },
    ),
    data,
    metadata: fc
      .dictionary(text, data, { maxKeys: 2 })
      .chain((own) =>
        fc
          .option(fc.constantFrom(...CORRELATIONS), { nil: undefined })
          .map((correlationId) => ({ ...own, correlationId })),
      ),
    tags: fc.array(text, { maxLength: 3 }),
  },
  { requiredKeys: ['type', 'version', 'data'] },
);

const write: fc.Arbitrary<Write> = fc.record({
  stream: fc.oneof(
    { weight: 80, arbitrary: fc.constantFrom(...STREAMS) },
    { weight: 1, arbitrary: fc.constantFrom('Not a stream', 'a-\u0000') },
  ),
  expectation: fc.oneof(
    { weight: 3, arbitrary: fc.constant<Expectation>('any') },
    { weight: 1, arbitrary: fc.constantFrom<Expectation>('none', 'exists', 0, 1, 2, 3) },
    { weight: 4, arbitrary: fc.record({ plus: fc.constantFrom(0, 0, 0, 1, 2, 3, -1) }) },
  ),
  events: fc.array(event, { maxLength: 3 }),
});

const append: fc.Arbitrary<NewAppend | OldAppend> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('new' as const),
      writes: fc.oneof(
        { weight: 12, arbitrary: write.map((only) => [only]) },
        {
          weight: 8,
          arbitrary: fc.uniqueArray(write, {
            minLength: 2,
            maxLength: 3,
            selector: ({ stream }) => stream,
          }),
        },
        { weight: 1, arbitrary: fc.array(write, { maxLength: 2 }) },
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('old' as const),
      back: fc.nat({ max: 12 }),
      twist: fc.constantFrom(...TWISTS),
      write,
    }),
  },
);

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(fc.tuple(append), fc.array(append, { minLength: 2, maxLength: 12, size: 'max' })),
  { minLength: 1, maxLength: 14, size: 'max' },
);

/** Turns steps into appends. Ids are counted, so that the same steps become the same appends. */
export class Workload {
  private readonly tried: (readonly StreamAppend[])[] = [];
  private ids = 0;

  /** The ids given until now, and one that was not. */
  get knownIds(): string[] {
    return Array.from({ length: this.ids + 1 }, (_, nr) => eventId(nr));
  }

  appendsOf(step: Step, revisions: ReadonlyMap<string, number>): (readonly StreamAppend[])[] {
    return step.map((each) => {
      const resolve = (of: Write): StreamAppend => this.resolve(of, revisions);
      const appends = each.kind === 'new' ? each.writes.map(resolve) : this.twisted(each, resolve);
      this.tried.push(appends);
      return appends;
    });
  }

  private twisted(
    old: OldAppend,
    resolve: (write: Write) => StreamAppend,
  ): readonly StreamAppend[] {
    const before = this.tried.at(-1 - old.back) ?? [];
    switch (old.twist) {
      case 'same':
        return before;
      case 'expectation': {
        const { expectedRevision } = resolve({ ...old.write, events: [] });
        return before.map((each) => ({ ...each, expectedRevision }));
      }
      case 'order':
        return before.toReversed().map((each) => ({ ...each, events: each.events.toReversed() }));
      case 'stream':
        return before.map((each, nr) => (nr > 0 ? each : { ...each, stream: old.write.stream }));
      case 'part':
        return before.map((each) => ({ ...each, events: each.events.slice(0, -1) }));
      case 'more':
        return before.some(({ stream }) => stream === old.write.stream)
          ? before.map((each) => ({
              ...each,
              events: [...each.events, ...resolve(old.write).events],
            }))
          : [...before, resolve(old.write)];
    }
  }

  private resolve(of: Write, revisions: ReadonlyMap<string, number>): StreamAppend {
    const { stream, expectation, events } = of;
    return {
      stream,
      expectedRevision:
        typeof expectation === 'object'
          ? Math.max(0, (revisions.get(stream) ?? 0) + expectation.plus)
          : expectation,
      events: events.map((each) => ({ ...each, id: eventId(this.ids++) })),
    };
  }
}

function eventId(nr: number): string {
  return `00000000-0000-7000-8000-${nr.toString(16).padStart(12, '0')}`;
}
