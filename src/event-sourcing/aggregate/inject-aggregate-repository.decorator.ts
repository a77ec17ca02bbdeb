import { Inject } from '@nestjs/common';
import type { AggregateRoot } from './aggregate-root.js';
import type { AggregateClass } from './aggregate-repository.js';

const tokens = new WeakMap<object, symbol>();

/** The injection token of an aggregate's repository; one per class, even among classes of one name. */
export function getAggregateRepositoryToken(aggregateClass: AggregateClass): symbol {
  const known = tokens.get(aggregateClass);
  if (known) return known;
  const token = Symbol(`${aggregateClass.name}AggregateRepository`);
  tokens.set(aggregateClass, token);
  return token;
}

/** Injects the `AggregateRepository` of an aggregate listed in `EventSourcingModule.forFeature([…])`. */
export function InjectAggregateRepository<T extends AggregateRoot>(
  aggregateClass: AggregateClass<T>,
): ParameterDecorator {
  return Inject(getAggregateRepositoryToken(aggregateClass));
}
