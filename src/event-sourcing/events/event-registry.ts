import { Type } from '@nestjs/common';
import { UndeclaredEventError } from '../errors/event.errors.js';
import { declarationOf, declaredEvents, EventDeclaration } from './domain-event.decorator.js';

/** Which class stands for which stored name and version, of all events the application has declared. */
export class EventRegistry {
  /** By stored name, then by version. */
  private readonly byName = new Map<string, Map<number, EventDeclaration[]>>();

  constructor(declarations: readonly EventDeclaration[] = declaredEvents()) {
    for (const declaration of declarations) {
      const { type, version } = declaration;
      const versions = this.byName.get(type) ?? new Map<number, EventDeclaration[]>();
      this.byName.set(type, versions.set(version, [...(versions.get(version) ?? []), declaration]));
    }
  }

  /** @throws UndeclaredEventError when the class of `event` carries no `@DomainEvent`. */
  declarationOf(event: object): EventDeclaration {
    const declaration = declarationOf(event.constructor);
    if (!declaration) throw new UndeclaredEventError(event.constructor.name);
    return declaration;
  }

  classOf(type: string, version: number): Type<object> | undefined {
    return this.byName.get(type)?.get(version)?.[0].eventClass;
  }

  /** Whether some version of it is declared. */
  has(type: string): boolean {
    return this.byName.has(type);
  }

  all(): readonly EventDeclaration[] {
    return this.groups().flat();
  }

  /** The newest version of every stored name. */
  latest(): readonly EventDeclaration[] {
    const latest = new Map<string, EventDeclaration>();
    for (const declaration of this.all()) {
      const other = latest.get(declaration.type);
      if (!other || declaration.version > other.version) latest.set(declaration.type, declaration);
    }
    return [...latest.values()];
  }

  /** Declarations that share a stored name and version, which would make reading ambiguous. */
  duplicates(): readonly (readonly EventDeclaration[])[] {
    return this.groups().filter((declarations) => declarations.length > 1);
  }

  private groups(): EventDeclaration[][] {
    return [...this.byName.values()].flatMap((versions) => [...versions.values()]);
  }
}
