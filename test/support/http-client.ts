export type RequestHeaders = Readonly<Record<string, string>>;

export interface Answer<Body = unknown> {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where it is JSON, undefined where there is none. */
  readonly body: Body;
}

/** Requests to one server, whose bodies are JSON; a text is sent as it is. */
export class HttpClient {
  constructor(
    readonly url: string,
    /** Sent with every request. */
    private readonly credentials: RequestHeaders = {},
  ) {}

  get<Body>(path: string, headers?: RequestHeaders): Promise<Answer<Body>> {
    return this.send('GET', path, undefined, headers);
  }

  post<Body>(path: string, body: unknown, headers?: RequestHeaders): Promise<Answer<Body>> {
    return this.send('POST', path, body, headers);
  }

  patch<Body>(path: string, body: unknown, headers?: RequestHeaders): Promise<Answer<Body>> {
    return this.send('PATCH', path, body, headers);
  }

  delete<Body>(path: string, headers?: RequestHeaders): Promise<Answer<Body>> {
    return this.send('DELETE', path, undefined, headers);
  }

  put<Body>(path: string, body: unknown, headers?: RequestHeaders): Promise<Answer<Body>> {
    return this.send('PUT', path, body, headers);
  }

  private async send<Body>(
    method: string,
    path: string,
    body: unknown,
    headers: RequestHeaders = {},
  ): Promise<Answer<Body>> {
    const response = await fetch(new URL(path, this.url), {
      method,
      headers: {
        ...this.credentials,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: typeof body === 'string' || body === undefined ? body : JSON.stringify(body),
    });
    const text = await response.text();
    const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      body: (isJson ? JSON.parse(text) : text || undefined) as Body,
    };
  }
}
