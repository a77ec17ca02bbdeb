import { Clock, IdGenerator, Random } from '../../src/event-sourcing/index.js';

/** A clock that stands still until it is set. */
export class SettableClock extends Clock {
  private time: Date;

  constructor(time = '2026-01-01T00:00:00.000Z') {
    super();
    this.time = new Date(time);
  }

  override now(): Date {
    return this.time;
  }

  set(time: string): void {
    this.time = new Date(time);
  }
}

/** UUIDs that count: the last digits are 1, 2, 3… */
export class CountingIds extends IdGenerator {
  private given = 0;

  override next(): string {
    this.given += 1;
    return numberedId(this.given);
  }
}

export function numberedId(nr: number): string {
  return `00000000-0000-7000-8000-${String(nr).padStart(12, '0')}`;
}

/** Always the same number, and how often it was asked for. */
export class ConstantRandom extends Random {
  asked = 0;

  constructor(private readonly value: number) {
    super();
  }

  override next(): number {
    this.asked += 1;
    return this.value;
  }
}
