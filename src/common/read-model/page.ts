/** A part of a longer list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next page begins; null on the last one. */
  readonly next: number | null;
}

/** Cuts a page out of rows that were asked for with one more than the page holds. */
export function pageOf<T>(rows: readonly T[], limit: number, placeOf: (row: T) => number): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last ? placeOf(last) : null };
}
