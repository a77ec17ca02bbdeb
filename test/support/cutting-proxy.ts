import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of a request: nothing special, or the connection breaks off before or after the server has done it. */
export type Cut = 'before' | 'after';

/** Stands between a client and a server, and breaks connections off. */
export class CuttingProxy {
  private readonly cuts: Cut[] = [];
  /** How many requests have come to each path. */
  readonly asked = new Map<string, number>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async before(target: string): Promise<CuttingProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const proxy = new CuttingProxy(server, `http://127.0.0.1:${port}`);
    server.on('request', (incoming, answer) => {
      const [path] = (incoming.url ?? '').split('?');
      proxy.asked.set(path, (proxy.asked.get(path) ?? 0) + 1);
      const isAppend = incoming.method === 'POST';
      const cut = isAppend ? proxy.cuts.shift() : undefined;
      if (cut === 'before') return void incoming.socket.destroy();
      const { method, headers, url } = incoming;
      const outgoing = request(new URL(url ?? '/', target), { method, headers }, (answered) => {
        if (cut === 'after') {
          answered.resume().once('end', () => incoming.socket.destroy());
          return;
        }
        answer.writeHead(answered.statusCode ?? 500, answered.headers);
        answer.flushHeaders();
        answered.pipe(answer);
      });
      outgoing.once('error', () => incoming.socket.destroy());
      answer.once('close', () => outgoing.destroy());
      incoming.pipe(outgoing);
    });
    return proxy;
  }

  /** The next appends end like this, one after the other. */
  cutNext(...cuts: readonly Cut[]): void {
    this.cuts.push(...cuts);
  }

  /** Breaks off every connection there is. */
  cutAll(): void {
    this.server.closeAllConnections();
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
