/**
 * What was measured: one sample a round of each contender in each variant of a workload. A sample whose oracle failed
 * is void: it is kept, with its problems, and counts for nothing.
 */
export class Measurements {
  samples = [];

  /**
   * @param sample workload, database, contender, variant (for example '64 writers'), round, unit, and either `value`
   *   or latencies `p50` and `p99` in milliseconds, or both; `problems` as the oracle found them
   */
  add(sample) {
    this.samples.push({ problems: [], ...sample });
  }

  get voids() {
    return this.samples.filter(({ problems }) => problems.length > 0);
  }

  /** A summary over the valid rounds; undefined when there is none. */
  summary(key) {
    const rounds = this.samples.filter(
      (sample) => sample.problems.length === 0 && matches(sample, key),
    );
    if (rounds.length === 0) return undefined;
    const over = (field) => {
      const values = rounds.map((sample) => sample[field]).filter((value) => value !== undefined);
      return values.length > 0 ? spread(values) : undefined;
    };
    return {
      rounds: rounds.length,
      unit: rounds[0].unit,
      note: rounds[0].note,
      rejections: rounds.reduce((sum, { rejections = 0 }) => sum + rejections, 0),
      value: over('value'),
      p50: over('p50'),
      p99: over('p99'),
    };
  }

  /** The different values of a field among the samples that match, in the order in which they came up. */
  distinct(field, key = {}) {
    return [...new Set(this.samples.filter((s) => matches(s, key)).map((s) => s[field]))];
  }
}

function matches(sample, key) {
  return Object.entries(key).every(([field, value]) => sample[field] === value);
}

/** @returns median, least and greatest of some numbers */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median =
    sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, min: sorted[0], max: sorted[sorted.length - 1] };
}
