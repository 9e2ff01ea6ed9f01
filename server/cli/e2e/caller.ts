import { setTimeout as delay } from 'node:timers/promises';

/** Requests that are repeated, as they are, until the server has answered them. */
export class Caller {
  /** Requests sent, repeats included. */
  requests = 0;
  readonly #origin: string;
  #stopped = false;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** @throws Error when the server refuses: repeating it would change nothing */
  async call<T>(
    method: 'GET' | 'POST',
    path: string,
    options: { headers?: Record<string, string>; body?: unknown; onResponse?: (response: Response) => void } = {},
  ): Promise<T> {
    for (let attempt = 0; !this.#stopped; attempt++) {
      const answer = await this.callOnce<T>(method, path, options);
      if (answer) return answer.value;
      await delay(Math.min(1_000, 50 * 2 ** attempt));
    }
    throw new Error('Stopped.');
  }

  /** Undefined when there is no answer, or none yet. @throws Error when the server refuses */
  async callOnce<T>(
    method: 'GET' | 'POST',
    path: string,
    options: Parameters<Caller['call']>[2] = {},
  ): Promise<{ value: T } | undefined> {
    this.requests += 1;
    return (await this.#once(method, path, options)) as { value: T } | undefined;
  }

  /** Lets what is being repeated fail. */
  stop(): void {
    this.#stopped = true;
  }

  async #once(
    method: string,
    path: string,
    { headers = {}, body, onResponse }: NonNullable<Parameters<Caller['call']>[2]>,
  ): Promise<{ value: unknown } | undefined> {
    try {
      const response = await fetch(this.#origin + path, {
        method,
        headers: { ...headers, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(5_000),
      });
      const text = await response.text();
      if (response.ok) {
        onResponse?.(response);
        return { value: text === '' ? undefined : JSON.parse(text) };
      }
      if (response.status < 500 && response.status !== 429)
        throw new Refusal(`${method} ${path}: ${response.status} ${text}`);
    } catch (error) {
      // Whether it arrived is not known, which is what the repeat is for.
      if (error instanceof Refusal) throw error;
    }
    return undefined;
  }
}

class Refusal extends Error {}
