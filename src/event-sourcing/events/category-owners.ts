import { declaredAggregates } from '../aggregate/aggregate.decorator.js';
import { ReservedCategoryError } from '../errors/intake.errors.js';
import { PUBLISHED } from '../event-bus/published-stream.js';
import { SAGA_CATEGORY } from '../sagas/saga-definition.js';

/** Of a stream, its category; of a stored type, the category of the aggregate that applies it. */
const FIRST_WORD = /^[^.-]*/;

/**
 * Who alone stores what belongs to a category: its streams `<category>-<id>`, and events of the types `<category>.…`,
 * which say what happened there. An aggregate relies on its stream holding what it has decided itself, and a read model
 * on nobody else saying so.
 *
 * Every aggregate counts whose module has been imported, also where this process does not run it: another one does.
 */
export class CategoryOwners {
  private readonly owners: ReadonlyMap<string, string>;

  constructor(aggregates: readonly (readonly [string, string])[] = declaredAggregates()) {
    this.owners = new Map([
      ['saga', 'the sagas'],
      [PUBLISHED, 'the event bus'],
      ...aggregates.map(([category, name]) => [category, `the aggregate ${name}`] as const),
    ]);
  }

  /** @throws ReservedCategoryError when the category of a stream or of a stored type has an owner. */
  assertFree(streamOrType: string): void {
    const category = FIRST_WORD.exec(streamOrType)?.[0] ?? '';
    const owner = SAGA_CATEGORY.test(category) ? 'a saga' : this.owners.get(category);
    if (owner !== undefined) throw new ReservedCategoryError(streamOrType, category, owner);
  }
}
