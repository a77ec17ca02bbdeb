import type { JsonSchema } from '../json-schema.js';
import type { Finding } from '../schema.problems.js';
import { differences } from './subset.js';

export const COMPATIBILITY_MODES = ['none', 'backward', 'forward', 'full'] as const;

/**
 * What a later version of a schema owes to an earlier one. `backward`: who reads by the later one can read what was written
 * by the earlier. `forward`: who reads by the earlier one can read what is written by the later. `full`: both.
 */
export type CompatibilityMode = (typeof COMPATIBILITY_MODES)[number];

/** What of the later version, a plain schema as the earlier one is, breaks its mode; see `differences`. */
export function incompatibilities(
  mode: CompatibilityMode,
  earlier: JsonSchema,
  later: JsonSchema,
): readonly Finding[] {
  const [old, young] = ['earlier version', 'later version'];
  return [
    ...(mode === 'backward' || mode === 'full'
      ? differences(earlier, later, { writer: old, reader: young })
      : []),
    ...(mode === 'forward' || mode === 'full'
      ? differences(later, earlier, { writer: young, reader: old })
      : []),
  ];
}
