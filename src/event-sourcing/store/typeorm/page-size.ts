const FIRST = 64;
const MOST = 2_000;
const TARGET_CHARACTERS = 4 * 1024 * 1024;

/** How many rows to fetch at once: as many as stay below about 4 MB, judged by the page before. */
export class PageSize {
  private size = FIRST;

  get rows(): number {
    return this.size;
  }

  learnFrom(rows: number, characters: number): void {
    const perRow = Math.max(1, characters / rows);
    this.size = Math.max(1, Math.min(MOST, Math.floor(TARGET_CHARACTERS / perRow)));
  }
}
