import { isCategory } from '../store/stream-name.js';
import { ConfigurationError } from '../errors/event-sourcing.error.js';
import {
  type SnapshotOptions,
  type SnapshotPolicy,
  snapshotPolicy,
} from './snapshots/snapshot-policy.js';

/** What `@Aggregate` says of a class besides its category. */
export interface AggregateOptions {
  /**
   * Keeps snapshots of the aggregate's state, so that loading a long stream costs what the events since the last
   * snapshot cost. They are taken in the background and are a cache: no answer depends on them. The state must be in
   * fields that come back as they were, see `AggregateRoot.toSnapshot`. @default no snapshots
   */
  readonly snapshot?: SnapshotOptions;
}

interface AggregateDeclaration {
  readonly category: string;
  readonly snapshots?: SnapshotPolicy;
}

type DeclaredClass = abstract new (...args: never[]) => object;

const declarations = new Map<DeclaredClass, AggregateDeclaration>();

/**
 * Names the category of an aggregate's streams: `@Aggregate('user')` keeps each user in a stream `user-<id>`. The
 * name is what the log keeps, and must stay the same when the class is renamed. Events whose stored name begins with
 * it (`user.created`) are those the aggregate applies; the boot fails when a handler for one of them is missing.
 */
export function Aggregate(category: string, { snapshot }: AggregateOptions = {}) {
  return (aggregateClass: DeclaredClass): void => {
    const problems: string[] = [];
    if (!isCategory(category)) {
      problems.push(
        `${aggregateClass.name}: "${category}" is not a category. Write @Aggregate('…') with lower case ` +
          "letters, digits and _, starting with a letter, for example @Aggregate('user').",
      );
    }
    const snapshots = snapshot && snapshotPolicy(snapshot);
    for (const problem of snapshots?.problems ?? []) {
      problems.push(`${aggregateClass.name}: ${problem}`);
    }
    if (problems.length > 0) throw new ConfigurationError(problems);
    declarations.set(aggregateClass, { category, snapshots: snapshots?.policy });
  };
}

/**
 * What was declared for this class or else for one it extends, as those do that `mergeClassContext` makes.
 * @throws ConfigurationError when no `@Aggregate` is found.
 */
export function categoryOfAggregate(aggregateClass: DeclaredClass): string {
  const declaration = declarationOf(aggregateClass);
  if (!declaration) {
    throw new ConfigurationError([
      `${aggregateClass.name} is not a declared aggregate. Write @Aggregate('<category>') above the class.`,
    ]);
  }
  return declaration.category;
}

/** The category and the name of every aggregate declared by a module that has been imported. */
export function declaredAggregates(): readonly (readonly [category: string, name: string])[] {
  return [...declarations].map(([{ name }, { category }]) => [category, name] as const);
}

/** How snapshots of this class are taken; undefined when it was declared without. */
export function snapshotPolicyOf(aggregateClass: DeclaredClass): SnapshotPolicy | undefined {
  return declarationOf(aggregateClass)?.snapshots;
}

function declarationOf(aggregateClass: DeclaredClass): AggregateDeclaration | undefined {
  let declared: object | null = aggregateClass;
  while (declared) {
    const declaration = declarations.get(declared as DeclaredClass);
    if (declaration) return declaration;
    declared = Object.getPrototypeOf(declared) as object | null;
  }
  return undefined;
}
