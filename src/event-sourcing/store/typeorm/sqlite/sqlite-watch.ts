import type { Database } from 'better-sqlite3';
import { DatabaseWatch } from '../database-watch.js';

const LOOK_MS = 20;

/**
 * Looks at the number that SQLite changes with every commit of any other connection, in this process or another. That
 * costs some microseconds, and reads nothing of the file.
 */
export class SqliteWatch extends DatabaseWatch {
  private timer: NodeJS.Timeout | undefined;
  private version: unknown;

  /** @param database a connection that writes nothing itself */
  constructor(private readonly database: Database) {
    super();
  }

  override get isLive(): boolean {
    return this.timer !== undefined;
  }

  /** The commit itself is noticed. */
  override announce(): Promise<void> {
    return Promise.resolve();
  }

  override stop(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    return Promise.resolve();
  }

  protected override start(): void {
    this.timer = setInterval(() => this.look(), LOOK_MS);
  }

  private look(): void {
    const version: unknown = this.database.pragma('data_version', { simple: true });
    if (version === this.version) return;
    this.version = version;
    this.appended();
    this.announced();
  }
}
