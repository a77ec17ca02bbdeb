/** A server's API, as any program calls it. */
export class JsonClient {
  constructor(
    readonly url: string,
    private readonly key?: string,
  ) {}

  get<T>(path: string): Promise<T> {
    return this.send('GET', path);
  }

  /** @param correlationId by which the log finds all that comes of it */
  post<T>(path: string, body: unknown, correlationId?: string): Promise<T> {
    return this.send('POST', path, body, correlationId);
  }

  /** @throws Error with what the server says is wrong, when it refuses */
  private async send<T>(
    method: string,
    path: string,
    body?: unknown,
    correlationId?: string,
  ): Promise<T> {
    const response = await fetch(`${this.url}/api/v1/${path}`, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(correlationId !== undefined && { 'x-correlation-id': correlationId }),
        ...(this.key !== undefined && { authorization: `Bearer ${this.key}` }),
      },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  }
}
