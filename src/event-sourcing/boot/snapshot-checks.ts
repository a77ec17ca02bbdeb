import { AggregateClass } from '../aggregate/aggregate-repository.js';
import { AggregateRoot } from '../aggregate/aggregate-root.js';
import { snapshotPolicyOf } from '../aggregate/aggregate.decorator.js';
import { hiddenFieldsOf } from '../aggregate/snapshots/hidden-fields.js';

const HOOKS = ['toSnapshot', 'fromSnapshot'] as const;

/** Aggregates with snapshots that would lose some of their state. */
export function snapshotProblems(aggregates: readonly AggregateClass[]): string[] {
  return [...new Set(aggregates)].filter(snapshotPolicyOf).flatMap((aggregate) => {
    const [written, missing] = partition(aggregate);
    if (missing.length === 0) return [];
    if (written.length > 0) {
      return [`${aggregate.name} overrides ${written[0]}() alone. Override ${missing[0]}() too.`];
    }
    return hiddenFieldsOf(aggregate, AggregateRoot).map(
      (field) =>
        `${aggregate.name} keeps state in ${field}, which a snapshot cannot see. Write private ${field.slice(1)}, ` +
        'or override toSnapshot() and fromSnapshot(state).',
    );
  });
}

/** The hooks a class overrides, and those it does not. */
function partition({ prototype }: AggregateClass): [string[], string[]] {
  const overridden = (hook: (typeof HOOKS)[number]): boolean =>
    (prototype as AggregateRoot)[hook] !== AggregateRoot.prototype[hook];
  return [HOOKS.filter(overridden), HOOKS.filter((hook) => !overridden(hook))];
}
