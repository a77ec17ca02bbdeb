import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const RANDOM_BYTES = 16;
const IDS_PER_DRAW = 256;

/** The source of ids for events and commands. Provide another one to control ids in tests. */
export abstract class IdGenerator {
  /** @returns a UUID in lower case, different from every other. */
  abstract next(): string;
}

/**
 * UUIDs of version 7 (RFC 9562): ordered by time, and by a counter within a millisecond, so that they land side by side
 * in an index. Randomness is drawn for many at once: asking the system for it is most of what an id costs.
 */
export class UuidV7Generator extends IdGenerator {
  private readonly drawn = new Uint8Array(RANDOM_BYTES * IDS_PER_DRAW);
  private used = this.drawn.length;
  private msecs = 0;
  private seq = 0;

  override next(): string {
    const random = this.random();
    const now = Date.now();
    if (now > this.msecs) {
      this.msecs = now;
      // The upper half of the counter's 32 bits is left for the ids that follow in this millisecond.
      this.seq = new DataView(random.buffer, random.byteOffset).getUint32(6) >>> 1;
    } else {
      this.seq += 1;
    }
    return v7({ random, msecs: this.msecs, seq: this.seq });
  }

  private random(): Uint8Array {
    if (this.used === this.drawn.length) {
      randomFillSync(this.drawn);
      this.used = 0;
    }
    this.used += RANDOM_BYTES;
    return this.drawn.subarray(this.used - RANDOM_BYTES, this.used);
  }
}
