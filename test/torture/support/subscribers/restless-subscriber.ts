import { setTimeout as delay } from 'node:timers/promises';
import type { LoggedBody } from '../../../support/hub-api.js';
import type { SeededRandom } from '../../../support/processes/seeded-random.mjs';
import { SUBSCRIBE } from '../../../support/subscriber.js';

const LONGEST_ABSENCE_MS = 50;

/** Subscribes to the log of a hub, breaks off at any moment, and resumes behind what it has got last. */
export class RestlessSubscriber {
  readonly ids: string[] = [];
  readonly positions: number[] = [];
  /** How far the log was told: nothing that it wants stands between its last event and there. */
  through: number | undefined;
  connections = 0;
  private connection = new AbortController();
  private isOver = false;

  constructor(
    private readonly url: string,
    private readonly query: string,
    /** After so many events it has left again, at the latest. */
    private readonly longestStay: number,
    private readonly random: SeededRandom,
  ) {}

  /** Resolves after `leave`. @throws Error when it is not let in, or sent away. */
  async run(): Promise<void> {
    while (!this.isOver) {
      await this.stay(this.random.between(0, this.longestStay));
      await delay(this.random.next() * LONGEST_ABSENCE_MS);
    }
  }

  leave(): void {
    this.isOver = true;
    this.connection.abort();
  }

  private async stay(events: number): Promise<void> {
    this.connection = new AbortController();
    const { signal } = this.connection;
    const headers = this.through === undefined ? undefined : { 'Last-Event-ID': `${this.through}` };
    try {
      const answer = await fetch(new URL(SUBSCRIBE + this.query, this.url), { headers, signal });
      if (answer.status !== 200 || !answer.body) throw new Error(await answer.text());
      this.connections += 1;
      await this.read(answer.body, this.positions.length + events);
      if (!this.isOver) throw new Error('The hub has ended a subscription.');
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  private async read(body: ReadableStream<Uint8Array>, upTo: number): Promise<void> {
    const text = new TextDecoder();
    let unread = '';
    for await (const bytes of body) {
      unread += text.decode(bytes, { stream: true });
      // What stands behind the last blank line is no message yet, and moves on nothing.
      const messages = unread.split('\n\n');
      unread = messages.pop() ?? '';
      for (const message of messages) {
        this.take(message);
        if (this.positions.length >= upTo) return this.connection.abort();
      }
    }
  }

  private take(message: string): void {
    const [, id] = /^id: (\d+)$/m.exec(message) ?? [];
    const [, data] = /^data: (.+)$/m.exec(message) ?? [];
    if (data !== undefined) {
      const event = JSON.parse(data) as LoggedBody;
      if (id !== String(event.position)) throw new Error(`The id of ${data} is ${id}.`);
      this.ids.push(event.id);
      this.positions.push(event.position);
    }
    if (id !== undefined) this.through = Number(id);
  }
}
