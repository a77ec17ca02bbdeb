import { setTimeout as delay } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';
import type { EntityManager } from 'typeorm';
import { DatabaseWatch } from '../database-watch.js';
import { ANNOUNCEMENTS, APPENDS } from './notification-channels.js';

const RECONNECT_MS = 500;

/** Listens on a connection of its own (LISTEN), which is opened again whenever it breaks. */
export class PostgresWatch extends DatabaseWatch {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private isListening = false;

  constructor(private readonly connection: ClientConfig) {
    super();
  }

  override get isLive(): boolean {
    return this.isListening;
  }

  override async announce(manager: EntityManager): Promise<void> {
    await manager.query(`SELECT pg_notify('${ANNOUNCEMENTS}', '')`);
  }

  override async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  protected override start(): void {
    this.running = this.listenAgainAndAgain();
  }

  private async listenAgainAndAgain(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      // Why it cannot be reached is told by whoever needs an answer from it.
      await this.listenOnce().catch(() => undefined);
      await delay(RECONNECT_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Resolves when the connection has broken or is not needed any more. */
  private async listenOnce(): Promise<void> {
    const client = new Client(this.connection);
    const ended = new Promise<void>((resolve) => {
      client.once('end', resolve);
      client.on('error', () => resolve());
      this.stopping.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    client.on('notification', ({ channel }) => {
      if (channel === APPENDS) this.appended();
      else this.announced();
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${APPENDS}; LISTEN ${ANNOUNCEMENTS}`);
      this.isListening = true;
      // What was said while nobody listened.
      this.appended();
      this.announced();
      await ended;
    } finally {
      this.isListening = false;
      await client.end();
    }
  }
}
