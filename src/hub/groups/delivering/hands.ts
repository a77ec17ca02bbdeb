/** How much a member can still take. */
export class Hands {
  private count = 0;
  private size = 0;
  private isRefused = false;

  constructor(
    private readonly room: number,
    private readonly maxSize: number,
  ) {}

  /** Nothing more is taken once something was refused. */
  get areFull(): boolean {
    return this.isRefused;
  }

  /** @returns false when there is no room for it. One is taken however large it is. */
  take(size: number): boolean {
    const fits = this.count < this.room && (this.count === 0 || this.size + size <= this.maxSize);
    if (!fits) this.isRefused = true;
    if (this.isRefused) return false;
    this.count += 1;
    this.size += size;
    return true;
  }
}
