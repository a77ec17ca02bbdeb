import { v7 } from 'uuid';

/** The source of ids for events and commands. Provide another one to control ids in tests. */
export abstract class IdGenerator {
  /** @returns a UUID in lower case, different from every other. */
  abstract next(): string;
}

/** UUIDs of version 7 (RFC 9562): ordered by time, so that they land side by side in an index. */
export class UuidV7Generator extends IdGenerator {
  override next(): string {
    return v7();
  }
}
