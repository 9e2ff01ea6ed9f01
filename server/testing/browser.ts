/** What came back. */
export interface BrowserAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever was answered
  body: any;
}

/** Sends requests to one origin as a browser's own pages do, and keeps its cookies. */
export class Browser {
  readonly cookies = new Map<string, string>();
  private readonly origin: string;

  constructor(origin: string) {
    this.origin = origin;
  }

  get(path: string, headers?: Record<string, string>): Promise<BrowserAnswer> {
    return this.request('GET', path, undefined, headers);
  }
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<BrowserAnswer> {
    return this.request('POST', path, body, headers);
  }
  patch(path: string, body: unknown): Promise<BrowserAnswer> {
    return this.request('PATCH', path, body);
  }
  delete(path: string, body?: unknown): Promise<BrowserAnswer> {
    return this.request('DELETE', path, body);
  }

  async request(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<BrowserAnswer> {
    const answer = await fetch(this.origin + path, {
      method,
      headers: {
        ...(this.cookies.size === 0 ? {} : { cookie: this.cookieHeader() }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    for (const cookie of answer.headers.getSetCookie()) this.keep(cookie);
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) };
  }

  /** As sent with each request. */
  cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  private keep(cookie: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    const expires = /;\s*expires=([^;]+)/i.exec(cookie)?.[1];
    if (expires !== undefined && new Date(expires).getTime() <= Date.now()) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}
