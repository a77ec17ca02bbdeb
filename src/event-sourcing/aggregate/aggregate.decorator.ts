import { isCategory } from '../store/stream-name.js';
import { ConfigurationError } from '../errors/event-sourcing.error.js';

const categories = new WeakMap<object, string>();

/**
 * Names the category of an aggregate's streams: `@Aggregate('user')` keeps each user in a stream `user-<id>`. The
 * name is what the log keeps, and must stay the same when the class is renamed. Events whose stored name begins with
 * it (`user.created`) are those the aggregate applies; the boot fails when a handler for one of them is missing.
 */
export function Aggregate(category: string) {
  return (aggregateClass: abstract new (...args: never[]) => object): void => {
    if (!isCategory(category)) {
      throw new ConfigurationError([
        `${aggregateClass.name}: "${category}" is not a category. Write @Aggregate('…') with lower case ` +
          "letters, digits and _, starting with a letter, for example @Aggregate('user').",
      ]);
    }
    categories.set(aggregateClass, category);
  };
}

/**
 * What was declared for this class or else for one it extends, as those do that `mergeClassContext` makes.
 * @throws ConfigurationError when no `@Aggregate` is found.
 */
export function categoryOfAggregate(
  aggregateClass: abstract new (...args: never[]) => object,
): string {
  let category: string | undefined;
  let declared: object | null = aggregateClass;
  while (declared && category === undefined) {
    category = categories.get(declared);
    declared = Object.getPrototypeOf(declared) as object | null;
  }
  if (category === undefined) {
    throw new ConfigurationError([
      `${aggregateClass.name} is not a declared aggregate. Write @Aggregate('<category>') above the class.`,
    ]);
  }
  return category;
}
