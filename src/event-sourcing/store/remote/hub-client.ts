import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'undici';
import { StoreUnavailableError } from '../../errors/store.errors.js';
import { errorOf, isPassing, problemIn } from './hub-answer.js';

/** Where the hub is, and how to speak to it. */
export interface HubOptions {
  /** For example `http://127.0.0.1:3000`. */
  readonly url: string | URL;
  /** A key of the hub's; none where it asks nobody who they are. */
  readonly key?: string;
  /** For how long requests are sent again while the hub is away, or has too much to do. @default 10000 */
  readonly patienceMs?: number;
}

/** A request that does no harm when it is sent twice. */
export interface HubRequest {
  readonly method: 'GET' | 'POST';
  /** With its query; after `/api/v1`. */
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HubAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** An answer that goes on and on. */
export interface HubStream {
  readonly body: AsyncIterable<Buffer>;
}

const API = '/api/v1';
const CONNECTIONS = 32;
const KEEP_ALIVE_MS = 30_000;
const ANSWER_TIMEOUT_MS = 30_000;
const PATIENCE_MS = 10_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

/** Speaks to the hub over connections that are kept open, and asks again while it is away. */
export class HubClient {
  private opened: Promise<Pool> | undefined;
  private readonly origin: string;
  private readonly headers: Readonly<Record<string, string>>;
  private readonly closing = new AbortController();
  private readonly patienceMs: number;
  private readonly prefix: string;

  constructor({ url, key, patienceMs = PATIENCE_MS }: HubOptions) {
    const { origin, pathname } = new URL(url);
    this.prefix = pathname.replace(/\/+$/, '') + API;
    this.origin = origin;
    this.headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
    this.patienceMs = patienceMs;
  }

  /**
   * @returns an answer of 2xx, or of one of the other statuses that are expected
   * @throws what `errorOf` makes of the problem; StoreUnavailableError when the hub is away for too long.
   */
  async ask(request: HubRequest, ...expected: readonly number[]): Promise<HubAnswer> {
    const answer = await this.untilAnswered(request);
    const { status, text } = answer;
    if (status < 300 || expected.includes(status)) return answer;
    throw errorOf(problemIn(status, text));
  }

  /**
   * Repeats `attempt` with growing pauses while it fails with what may pass, for as long as this client is patient.
   * @throws StoreUnavailableError, and what `attempt` throws for good.
   */
  async patiently<T>(attempt: () => Promise<T | undefined>): Promise<T | undefined> {
    const giveUpAt = performance.now() + this.patienceMs;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const result = await attempt();
      if (result !== undefined || this.isClosed) return result;
      const jitteredMs = pauseMs * (0.5 + Math.random());
      if (performance.now() + jitteredMs > giveUpAt) return undefined;
      const { signal } = this.closing;
      await delay(jitteredMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /**
   * Begins an answer without an end.
   * @throws as `ask`, and at once
   */
  async follow(
    path: string,
    headers: HubRequest['headers'],
    signal: AbortSignal,
  ): Promise<HubStream> {
    const pool = await this.pool();
    const answer = await pool.request({
      method: 'GET',
      path: this.prefix + path,
      headers: { ...this.headers, ...headers },
      signal,
      // How long the hub may be silent, whoever follows it knows.
      bodyTimeout: 0,
    });
    if (answer.statusCode === 200) return { body: answer.body as AsyncIterable<Buffer> };
    throw errorOf(problemIn(answer.statusCode, await answer.body.text()));
  }

  /** Resolves when nothing is open any more. */
  async close(): Promise<void> {
    this.closing.abort();
    await (await this.opened)?.destroy();
  }

  /** Loaded with the first request: most processes have the log themselves, and start sooner without it. */
  private pool(): Promise<Pool> {
    this.opened ??= import('undici').then(
      ({ Pool: ConnectionPool }) =>
        new ConnectionPool(this.origin, {
          connections: CONNECTIONS,
          keepAliveTimeout: KEEP_ALIVE_MS,
          headersTimeout: ANSWER_TIMEOUT_MS,
          bodyTimeout: ANSWER_TIMEOUT_MS,
        }),
    );
    return this.opened;
  }

  private get isClosed(): boolean {
    return this.closing.signal.aborted;
  }

  private async untilAnswered(request: HubRequest): Promise<HubAnswer> {
    let last: unknown;
    let passing: HubAnswer | undefined;
    const answer = await this.patiently(async () => {
      try {
        const given = await this.send(request);
        if (!isPassing(given)) return given;
        passing = given;
      } catch (error) {
        last = error;
      }
      return undefined;
    });
    if (answer ?? passing) return (answer ?? passing) as HubAnswer;
    const reason = last instanceof Error ? last.message : String(last);
    throw new StoreUnavailableError(`The hub cannot be reached: ${reason}`, { cause: last });
  }

  private async send({ method, path, body, headers }: HubRequest): Promise<HubAnswer> {
    const pool = await this.pool();
    const answer = await pool.request({
      method,
      path: this.prefix + path,
      body,
      headers: {
        ...this.headers,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
    });
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text: await answer.body.text(),
    };
  }
}
