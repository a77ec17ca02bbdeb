import { Aggregate } from '../aggregate/aggregate.decorator.js';
import { AggregateRoot } from '../aggregate/aggregate-root.js';
import { declarationOf, DomainEvent, EventDeclaration } from '../events/domain-event.decorator.js';
import { EventRegistry } from '../events/event-registry.js';
import { Upcasters } from '../events/upcasters.js';
import { aggregateProblems, duplicateEvents, missingUpcasters } from './boot-checks.js';

@DomainEvent('lamp.lit')
class LampLit {}

@DomainEvent('lamp.lit')
class LampLitAgain {}

@DomainEvent('lamp.broken', { version: 1 })
class LampBrokenV1 {}

@DomainEvent('lamp.broken', { version: 3 })
class LampBroken {}

@DomainEvent('lampshade.torn')
class LampshadeTorn {}

class LampSold {}

@Aggregate('lamp')
class Lamp extends AggregateRoot {
  onLampLit(_event: LampLit): void {}
  onLampBroken(_event: LampBroken): void {}
  only = true;
  once(): void {}
}

/** A registry of these classes and no others, whatever else this file declares. */
function registryOf(...classes: readonly object[]): EventRegistry {
  return new EventRegistry(classes.map((each) => declarationOf(each) as EventDeclaration));
}

describe('declared events', () => {
  it('that share no name and version are no problem', () => {
    expect(duplicateEvents(registryOf(LampLit, LampBrokenV1, LampBroken))).toEqual([]);
  });

  it('that share one are named, both of them, with what to type', () => {
    expect(duplicateEvents(registryOf(LampLit, LampBroken, LampLitAgain))).toEqual([
      'LampLit and LampLitAgain are both declared as "lamp.lit" version 1. Give one another name or ' +
        "version: @DomainEvent('lamp.lit', { version: 2 }).",
    ]);
  });
});

describe('old versions of events', () => {
  it('are no problem where there is a class or an upcaster for each', () => {
    const registry = registryOf(LampBrokenV1, LampBroken);
    const upcasters = new Upcasters(registry);
    upcasters.add('lamp.broken', 2, { upcast: (event) => event });
    expect(missingUpcasters(registry, upcasters)).toEqual([]);
  });

  it('that nothing lifts are named one by one, with what to type', () => {
    const registry = registryOf(LampBroken);
    expect(missingUpcasters(registry, new Upcasters(registry))).toEqual([
      expect.stringMatching(
        /^LampBroken is "lamp\.broken" version 3, and nothing lifts version 1\. .*@Upcaster\('lamp\.broken', \{ from: 1 \}\)/,
      ),
      expect.stringMatching(/nothing lifts version 2\./),
    ]);
  });
});

describe('an aggregate', () => {
  it('that has a handler for each event of its category is no problem', () => {
    const registry = registryOf(LampLit, LampBroken, LampshadeTorn);
    expect(aggregateProblems([Lamp], registry)).toEqual([]);
  });

  it('may inherit handlers', () => {
    @Aggregate('lamp')
    class Lantern extends Lamp {}
    expect(aggregateProblems([Lantern], registryOf(LampLit, LampBroken))).toEqual([]);
  });

  it('without a handler for one of its events is told which method to add', () => {
    @Aggregate('lampshade')
    class Lampshade extends AggregateRoot {}
    expect(aggregateProblems([Lampshade], registryOf(LampLit, LampshadeTorn))).toEqual([
      'Lampshade has no handler for LampshadeTorn. Add the method onLampshadeTorn(event: LampshadeTorn): void.',
    ]);
  });

  it('needs a handler for an old version too, while that has a class', () => {
    const registry = registryOf(LampLit, LampBrokenV1, LampBroken);
    expect(aggregateProblems([Lamp], registry)).toEqual([
      expect.stringContaining('onLampBrokenV1(event: LampBrokenV1): void'),
    ]);
  });

  it('with a handler for an event that is not declared is told what to declare', () => {
    @Aggregate('lamp')
    class Misspelt extends Lamp {
      onLampSold(_event: LampSold): void {}
    }
    expect(aggregateProblems([Misspelt], registryOf(LampLit, LampBroken))).toEqual([
      expect.stringMatching(
        /^Misspelt\.onLampSold handles an event that is not declared\. .*above the class LampSold/,
      ),
    ]);
  });

  it('that is not declared is told what to write above it', () => {
    class Undeclared extends AggregateRoot {}
    expect(aggregateProblems([Undeclared, Lamp], registryOf(LampLit, LampBroken))).toEqual([
      "Undeclared is not a declared aggregate. Write @Aggregate('<category>') above the class.",
    ]);
  });

  it('of the same category as another one is named with it', () => {
    @Aggregate('lamp')
    class Torch extends Lamp {}
    expect(aggregateProblems([Lamp, Torch], registryOf(LampLit, LampBroken))).toEqual([
      "Lamp and Torch are both @Aggregate('lamp'). Give one another category.",
    ]);
  });

  it('may be listed by several modules', () => {
    expect(aggregateProblems([Lamp, Lamp], registryOf(LampLit, LampBroken))).toEqual([]);
  });

  it('listed by several modules has each of its problems told once', () => {
    expect(aggregateProblems([Lamp, Lamp], registryOf(LampLit))).toHaveLength(1);
  });
});
