/** One of the ways in which the runtime may deliver the same events. */
export interface Delivery {
  /** Ends "Delivered …". */
  readonly name: string;
  /** The sizes of the batches that each process handles; one process runs after the other. */
  readonly processes: readonly (readonly number[])[];
  /** Whether each batch is once rolled back and delivered again. */
  readonly interrupted?: boolean;
}

/** Ways to deliver so many events that must all lead to the same rows. */
export function deliveriesOf(count: number): readonly Delivery[] {
  const single = Array.from({ length: count }, () => 1);
  const random = randomBatches(count);
  const half = Math.ceil(count / 2);
  return [
    { name: 'in one batch', processes: [[count]] },
    ...(count > 1 ? [{ name: 'one by one', processes: [single] }] : []),
    ...(count > 2 ? [{ name: `in batches of ${random.join(', ')}`, processes: [random] }] : []),
    {
      name: 'twice, as by crashes before each commit and after it',
      processes: [[half], [count - half], [0]],
      interrupted: true,
    },
  ];
}

/** At least two, where there are two events. */
function randomBatches(count: number): number[] {
  const batches: number[] = [];
  for (let left = count; left > 0; left -= batches[batches.length - 1]) {
    const largest = Math.min(left, Math.max(1, count - 1));
    batches.push(1 + Math.floor(Math.random() * largest));
  }
  return batches;
}
