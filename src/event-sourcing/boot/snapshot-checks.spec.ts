import { Aggregate, type AggregateOptions } from '../aggregate/aggregate.decorator.js';
import { AggregateRoot } from '../aggregate/aggregate-root.js';
import { ConfigurationError } from '../errors/event-sourcing.error.js';
import { snapshotProblems } from './snapshot-checks.js';

const SNAPSHOTS = { snapshot: { every: 100 } };

/** Everything about it that is private, and no state. */
class Bulb extends AggregateRoot {
  static #made = 0;
  private readonly label = '#label;';
  lit = false;
  readonly number: number;

  constructor(id: string) {
    super(id);
    this.number = Bulb.#made += 1;
    this.#check();
  }

  get #bright(): boolean {
    return this.lit;
  }

  static isBulb(other: object): boolean {
    return #check in other;
  }

  // The label is what #label is.
  #check(): string {
    return this.#bright ? this.label : '';
  }
}

@Aggregate('lamp', SNAPSHOTS)
class Lamp extends Bulb {}

@Aggregate('lamp')
class Unshown extends AggregateRoot {
  readonly #lit = true;
  get lit(): boolean {
    return this.#lit;
  }
}

class HalfHidden extends AggregateRoot {
  readonly #colour: string | undefined;
  readonly #on;

  constructor(id: string) {
    super(id);
    this.#on = true;
  }

  get shown(): unknown {
    return [this.#colour, this.#on];
  }
}

@Aggregate('lamp', SNAPSHOTS)
class Hidden extends HalfHidden {
  other = 1;
}

@Aggregate('lamp', SNAPSHOTS)
class WithHooks extends HalfHidden {
  override toSnapshot(): object {
    return {};
  }

  override fromSnapshot(): void {}
}

@Aggregate('lamp', SNAPSHOTS)
class WithOneHook extends AggregateRoot {
  override toSnapshot(): object {
    return {};
  }
}

@Aggregate('lamp', SNAPSHOTS)
class WithTheOther extends AggregateRoot {
  override fromSnapshot(): void {}
}

describe('an aggregate with snapshots', () => {
  it('whose state is in its fields is no problem, nor is one with hooks, nor one without snapshots', () => {
    expect(snapshotProblems([Lamp, WithHooks, Unshown])).toEqual([]);
  });

  it('that hides state is told how to show it, field by field, once', () => {
    expect(snapshotProblems([Hidden, Hidden])).toEqual([
      'Hidden keeps state in #colour, which a snapshot cannot see. Write private colour, or override ' +
        'toSnapshot() and fromSnapshot(state).',
      expect.stringMatching(/^Hidden keeps state in #on, /),
    ]);
  });

  it('with one hook is told to override the other', () => {
    expect(snapshotProblems([WithOneHook, WithTheOther])).toEqual([
      'WithOneHook overrides toSnapshot() alone. Override fromSnapshot() too.',
      'WithTheOther overrides fromSnapshot() alone. Override toSnapshot() too.',
    ]);
  });

  it('is told all that is wrong with its declaration at once', () => {
    const declare = (category: string, options: AggregateOptions) => () => {
      Aggregate(category, options)(class Shade extends AggregateRoot {});
    };
    const wrong = { every: 0, version: 1.5, keep: NaN };
    expect(declare('A Shade', { snapshot: wrong })).toThrow(ConfigurationError);
    expect(declare('A Shade', { snapshot: wrong })).toThrow(
      /^4 problems:\n.*"A Shade" is not .*\n.*snapshot\.every is 0\. Write .*\n.*version is 1\.5.*\n.*keep is NaN/,
    );
    expect(declare('shade', { snapshot: { every: 1 } })).not.toThrow();
  });
});
