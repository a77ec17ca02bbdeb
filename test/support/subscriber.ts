import { createParser } from 'eventsource-parser';
import type { RequestHeaders } from './http-client.js';
import type { LoggedBody } from './hub-api.js';

/** Where the hub tells of the log as it grows. */
export const SUBSCRIBE = '/api/v1/events/subscribe';

/** Somebody who is subscribed to the log, and notes what they are sent. */
export class Subscriber {
  readonly events: LoggedBody[] = [];
  /** The id of what came last, signs of life included. */
  lastEventId: string;
  signsOfLife = 0;
  hasEnded = false;
  readonly ended: Promise<void>;
  private readonly connection: AbortController;

  private constructor(
    body: ReadableStream<Uint8Array>,
    connection: AbortController,
    lastEventId: string,
    private readonly onEvent: (event: LoggedBody) => void,
  ) {
    this.connection = connection;
    this.lastEventId = lastEventId;
    this.ended = this.read(body)
      // Broken off, by whichever side.
      .catch(() => undefined)
      .then(() => void (this.hasEnded = true));
  }

  /** Resolves when the server has accepted. @throws Error with the answer when it has not. */
  static async to(
    url: string,
    query = '',
    headers: RequestHeaders = {},
    onEvent: (event: LoggedBody) => void = () => undefined,
  ): Promise<Subscriber> {
    const connection = new AbortController();
    const { signal } = connection;
    const response = await fetch(new URL(`${SUBSCRIBE}${query}`, url), { headers, signal });
    if (!response.ok || !response.body) throw new Error(await response.text());
    const lastEventId = headers['Last-Event-ID'] ?? '';
    return new Subscriber(response.body, connection, lastEventId, onEvent);
  }

  get positions(): number[] {
    return this.events.map(({ position }) => position);
  }

  /** Breaks the connection off. */
  async leave(): Promise<void> {
    this.connection.abort();
    await this.ended;
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    const parser = createParser({
      onEvent: ({ id, data }) => {
        const event = JSON.parse(data) as LoggedBody;
        if (id !== String(event.position)) throw new Error(`The id of ${data} is ${id}.`);
        this.events.push(event);
        this.onEvent(event);
      },
    });
    const text = new TextDecoder();
    for await (const bytes of body) {
      const chunk = text.decode(bytes, { stream: true });
      parser.feed(chunk);
      for (const [, id] of chunk.matchAll(/^id: (\d+)$/gm)) this.lastEventId = id;
      this.signsOfLife += [...chunk.matchAll(/^id: \d+\n\n/gm)].length;
    }
  }
}
