import { categoryOf } from '../../event-sourcing/index.js';
import type { Need } from './needs.decorator.js';
import type { Right } from './rights.js';

const LOOKING = new Set(['GET', 'HEAD']);

/** The right that a request takes by its need; undefined for one that takes none, or whose handler sees to it. */
export function rightNeeded(
  need: Need,
  method: string,
  parameters: Readonly<Record<string, string>>,
): Right | undefined {
  const verb = LOOKING.has(method.toUpperCase()) ? 'read' : 'append';
  switch (need.kind) {
    case 'operate':
      return 'operate';
    case 'category':
      return `${verb}:${need.category}`;
    case 'stream':
      return `${verb}:${categoryOf(parameters[need.parameter])}`;
    default:
      return undefined;
  }
}
