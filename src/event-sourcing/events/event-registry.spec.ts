import { ConfigurationError } from '../errors/event-sourcing.error.js';
import { UndeclaredEventError } from '../errors/event.errors.js';
import { declarationOf, DomainEvent, EventDeclaration } from './domain-event.decorator.js';
import { EventRegistry } from './event-registry.js';

@DomainEvent('lamp.lit', { version: 1 })
class LampLitV1 {}

@DomainEvent('lamp.lit', { version: 3 })
class LampLit {}

@DomainEvent('lamp.broken')
class LampBroken {
  readonly byAccident: boolean = true;
}

class LampSmashed extends LampBroken {}

function registryOf(...classes: readonly object[]): EventRegistry {
  return new EventRegistry(classes.map((each) => declarationOf(each) as EventDeclaration));
}

describe('the event registry', () => {
  const registry = new EventRegistry();

  it('knows every declared event', () => {
    expect(registry.all().map(({ eventClass }) => eventClass)).toEqual([
      LampLitV1,
      LampLit,
      LampBroken,
    ]);
  });

  it('finds the class of a stored name and version', () => {
    expect(registry.classOf('lamp.lit', 1)).toBe(LampLitV1);
    expect(registry.classOf('lamp.lit', 3)).toBe(LampLit);
  });

  it('finds no class for a version or a name that was never declared', () => {
    expect(registry.classOf('lamp.lit', 2)).toBeUndefined();
    expect(registry.classOf('lamp.off', 1)).toBeUndefined();
  });

  it('tells the stored name of an event; version 1 unless declared otherwise', () => {
    expect(registry.declarationOf(new LampBroken())).toMatchObject({
      type: 'lamp.broken',
      version: 1,
    });
  });

  it('names the newest version of every stored name', () => {
    expect(registry.latest().map(({ eventClass }) => eventClass)).toEqual([LampLit, LampBroken]);
  });

  it('refuses an undeclared class, and says what to write above it', () => {
    class LampSold {}
    expect(() => registry.declarationOf(new LampSold())).toThrow(UndeclaredEventError);
    expect(() => registry.declarationOf(new LampSold())).toThrow(/LampSold .* @DomainEvent\('/);
  });

  it('does not take a class for the one it extends', () => {
    expect(() => registry.declarationOf(new LampSmashed())).toThrow(UndeclaredEventError);
  });

  it('has no duplicates where every name and version is declared once', () => {
    expect(registry.duplicates()).toEqual([]);
  });

  it('finds the declarations that share a name and a version', () => {
    const twice = registryOf(LampLit, LampBroken, LampLit);
    expect(twice.duplicates()).toEqual([[declarationOf(LampLit), declarationOf(LampLit)]]);
  });
});

describe('@DomainEvent', () => {
  class LampSold {}

  it.each(['sold', 'Lamp.sold', 'lamp.', '.sold', 'lamp sold', 'lamp..sold', ''])(
    'refuses the stored name "%s", and shows a good one',
    (type) => {
      expect(() => DomainEvent(type)(LampSold)).toThrow(ConfigurationError);
      expect(() => DomainEvent(type)(LampSold)).toThrow(/LampSold: .*'user\.email-changed'/);
    },
  );

  it.each([0, -1, 1.5, NaN, 2 ** 31])('refuses version %d', (version) => {
    expect(() => DomainEvent('lamp.sold', { version })(LampSold)).toThrow(ConfigurationError);
  });

  it('declares nothing when it refuses', () => {
    expect(declarationOf(LampSold)).toBeUndefined();
  });
});
