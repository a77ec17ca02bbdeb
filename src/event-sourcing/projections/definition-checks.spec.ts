import {
  declarationOf,
  DomainEvent,
  type EventDeclaration,
} from '../events/domain-event.decorator.js';
import type { Lifecycle } from '../processing/processor.js';
import { EventRegistry } from '../events/event-registry.js';
import { definitionProblems } from './definition-checks.js';
import { On, OnBatch } from './on.decorator.js';
import { projectionDefinitionOf, type ProjectionDefinition } from './projection-definition.js';
import { Projection, type ProjectionClass } from './projection.decorator.js';

@DomainEvent('lamp.lit')
class LampLit {}

@DomainEvent('lamp.broken', { version: 1 })
class LampBrokenV1 {}

@DomainEvent('lamp.broken', { version: 2 })
class LampBroken {}

class LampSold {}

/** What is wrong with this class, where all events of this file are declared. */
function problemsOf(projectionClass: ProjectionClass, ...events: readonly object[]): string[] {
  const known = events.length > 0 ? events : [LampLit, LampBroken];
  const registry = new EventRegistry(known.map((each) => declarationOf(each) as EventDeclaration));
  return definitionProblems(
    projectionDefinitionOf(projectionClass) as ProjectionDefinition,
    registry,
  );
}

@Projection({ name: 'lamps', version: 1 })
class Lamps {
  @On(LampLit)
  async lit(): Promise<void> {}

  @On(LampBroken)
  async broken(): Promise<void> {}
}

describe('a projection', () => {
  it('whose methods handle declared events is no problem', () => {
    expect(problemsOf(Lamps)).toEqual([]);
  });

  it('is async or inline, and nothing else', () => {
    const lampsThatAre = (lifecycle: Lifecycle): ProjectionClass => {
      @Projection({ name: 'lamps', version: 1, lifecycle })
      class LampsToo extends Lamps {}
      return LampsToo;
    };
    expect(problemsOf(lampsThatAre('async'))).toEqual([]);
    expect(problemsOf(lampsThatAre('inline'))).toEqual([]);
    expect(problemsOf(lampsThatAre('sync' as Lifecycle))).toEqual([
      `LampsToo: "sync" is no lifecycle. Write lifecycle: 'inline' in its @Projection, or 'async', or leave it out.`,
    ]);
  });

  it('may inherit methods, and say anew what they handle', () => {
    @Projection({ name: 'lanterns', version: 1 })
    class Lanterns extends Lamps {
      @On(LampLit, LampBroken)
      override async broken(): Promise<void> {}
      override async lit(): Promise<void> {}
    }
    expect(problemsOf(Lanterns)).toEqual([expect.stringMatching(/^Lanterns handles LampLit in/)]);

    @Projection({ name: 'torches', version: 1 })
    class Torches extends Lamps {
      @On(LampLit, LampBroken)
      override async broken(): Promise<void> {}
      @On(LampBrokenV1)
      override async lit(): Promise<void> {}
    }
    expect(problemsOf(Torches, LampLit, LampBroken, LampBrokenV1)).toEqual([]);
  });

  it.each(['', ' ', 'User', 'user list', 'user_list', '-user', 'user-', 'user--list', '1st'])(
    'named "%s" is told what a name is',
    (name) => {
      @Projection({ name, version: 1 })
      class Misnamed extends Lamps {}
      expect(problemsOf(Misnamed)).toEqual([
        `Misnamed: "${name}" is not the name of a projection. Write @Projection({ name: '…', … }) with lower case ` +
          "letters, digits and -, starting with a letter, for example 'user-list'.",
      ]);
    },
  );

  it.each([0, -1, 1.5, NaN, Infinity, '1' as unknown as number])(
    'of version %p is told what a version is',
    (version) => {
      @Projection({ name: 'lamps', version })
      class Unversioned extends Lamps {}
      expect(problemsOf(Unversioned)).toEqual([
        `Unversioned: ${version} is not the version of a projection. Write @Projection({ name: 'lamps', version: 1 }), ` +
          'or a higher whole number.',
      ]);
    },
  );

  it('that handles nothing is told what to write', () => {
    @Projection({ name: 'lamps', version: 1 })
    class Idle {}
    expect(problemsOf(Idle)).toEqual([
      'Idle handles no events. Write @On(<Event>) above a method (event, { envelope, manager }), or ' +
        '@OnBatch(<Event>, …) above a method (envelopes, manager).',
    ]);
  });

  it('with @On and @OnBatch is told to have one of them', () => {
    @Projection({ name: 'lamps', version: 1 })
    class Both {
      @On(LampLit)
      async lit(): Promise<void> {}
      @OnBatch(LampBroken)
      async broken(): Promise<void> {}
    }
    expect(problemsOf(Both)).toEqual([
      'Both has an @OnBatch method and others beside it (@On lit, @OnBatch broken). Put all its events into one ' +
        '@OnBatch method, or give each a method with @On.',
    ]);
  });

  it('with two @OnBatch methods is told to have one', () => {
    @Projection({ name: 'lamps', version: 1 })
    class TwoBatches {
      @OnBatch(LampLit)
      async lit(): Promise<void> {}
      @OnBatch(LampBroken)
      async broken(): Promise<void> {}
    }
    expect(problemsOf(TwoBatches)).toEqual([
      expect.stringContaining('(@OnBatch lit, @OnBatch broken)'),
    ]);
  });

  it('with two methods for one event is told which', () => {
    @Projection({ name: 'lamps', version: 1 })
    class Doubled extends Lamps {
      @On(LampLit)
      async litToo(): Promise<void> {}
    }
    expect(problemsOf(Doubled)).toEqual([
      'Doubled handles LampLit in litToo and lit. Remove LampLit from the decorators of all but one.',
    ]);
  });

  it('of an event that is not declared is told what to declare', () => {
    @Projection({ name: 'lamps', version: 1 })
    class Sales {
      @On(LampSold, LampLit)
      async sold(): Promise<void> {}
    }
    expect(problemsOf(Sales)).toEqual([
      "Sales handles LampSold, which is no declared event. Write @DomainEvent('<category>.<what-happened>') above the " +
        'class LampSold, and import its file.',
    ]);
  });

  it('of an event that the registry does not know is told the same', () => {
    expect(problemsOf(Lamps, LampLit)).toEqual([
      expect.stringMatching(/^Lamps handles LampBroken, which is no declared event/),
    ]);
  });

  it('that forgets another version of an event, which has a class, is told which', () => {
    expect(problemsOf(Lamps, LampLit, LampBroken, LampBrokenV1)).toEqual([
      'Lamps handles LampBroken and not LampBrokenV1, which is "lamp.broken" version 1. Add @On(LampBrokenV1), or ' +
        'replace that class by an upcaster.',
    ]);
  });

  it('has each of its problems told', () => {
    @Projection({ name: '', version: 0 })
    class AllWrong {
      @On(LampSold)
      async sold(): Promise<void> {}
      @OnBatch(LampSold)
      async soldToo(): Promise<void> {}
    }
    expect(problemsOf(AllWrong)).toHaveLength(5);
  });
});
