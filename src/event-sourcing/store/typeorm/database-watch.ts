import type { EntityManager } from 'typeorm';

/** Hears of what happens in the database, in whatever process. */
export interface DatabaseListener {
  /** There may be new events in the log. */
  appended?(): void;
  /** Somebody has announced a change: a lease may be free, a processor resumed. */
  announced?(): void;
}

/**
 * Tells soon what others have committed, so that it need not be polled for often. What it tells are hints: they may come
 * late, twice, for nothing, or not at all, and whoever depends on them looks now and then by himself.
 */
export abstract class DatabaseWatch {
  private readonly listeners = new Set<DatabaseListener>();
  private hasStarted = false;

  /** Whether it hears something at the moment. While it does not, look more often. */
  abstract readonly isLive: boolean;

  /**
   * Has somebody told from now on. It begins to listen for the first one, and goes on until it is stopped.
   * @returns a function that ends it.
   */
  listen(listener: DatabaseListener): () => void {
    this.listeners.add(listener);
    if (!this.hasStarted) {
      this.hasStarted = true;
      this.start();
    }
    return () => void this.listeners.delete(listener);
  }

  /** Tells all processes of a change when the transaction is committed. */
  abstract announce(manager: EntityManager): Promise<void>;

  /** Resolves when nothing is open any more. */
  abstract stop(): Promise<void>;

  /** Begins to listen; called once. */
  protected abstract start(): void;

  protected appended(): void {
    for (const listener of this.listeners) listener.appended?.();
  }

  protected announced(): void {
    for (const listener of this.listeners) listener.announced?.();
  }
}

/** Where there is nobody to tell: it hears nothing, and tells nobody. */
export class UnheardWatch extends DatabaseWatch {
  override readonly isLive = false;

  override announce(): Promise<void> {
    return Promise.resolve();
  }

  override stop(): Promise<void> {
    return Promise.resolve();
  }

  protected override start(): void {}
}
