import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { SUBSCRIBE } from '../../../support/subscriber.js';

/** What became of a subscription that took nothing for some time. */
export interface AfterStall {
  readonly isCutOff: boolean;
  readonly positions: readonly number[];
  readonly stalledMs: number;
}

/** Subscribes to the log of a hub, and takes nothing. */
export class StalledReader {
  private readonly since = performance.now();

  private constructor(private readonly answer: IncomingMessage) {}

  static async at(url: string, query: string): Promise<StalledReader> {
    const request = get(new URL(SUBSCRIBE + query, url), { agent: false });
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    if (answer.statusCode !== 200) throw new Error(`It was answered ${answer.statusCode}.`);
    return new StalledReader(answer);
  }

  /** Takes what there is, up to the event at this position, or until it learns that it was cut off. */
  async resume(last: number): Promise<AfterStall> {
    const stalledMs = performance.now() - this.since;
    const positions: number[] = [];
    let unread = '';
    try {
      for await (const text of this.answer.setEncoding('utf8') as AsyncIterable<string>) {
        const messages = (unread + text).split('\n\n');
        unread = messages.pop() ?? '';
        positions.push(...messages.flatMap(positionOf));
        if (positions.at(-1) === last) return { isCutOff: false, positions, stalledMs };
      }
    } catch {
      // Said below.
    } finally {
      this.answer.destroy();
    }
    return { isCutOff: true, positions, stalledMs };
  }
}

function positionOf(message: string): number[] {
  const [, position] = /^id: (\d+)\ndata: /m.exec(message) ?? [];
  return position === undefined ? [] : [Number(position)];
}
