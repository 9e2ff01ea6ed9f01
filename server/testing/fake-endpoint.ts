import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it arrived. */
export interface Taken {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever was sent
  json: any;
  /** Resolves when the caller has let go of the connection before the answer's end. */
  abandoned: Promise<void>;
}

export type Answering = (response: ServerResponse, request: Taken) => void | Promise<void>;

export type FakeEndpoint = Awaited<ReturnType<typeof startFakeEndpoint>>;

/**
 * A server on a port of its own that answers as it is told: the first request with the first of `answers`, and so on; the
 * last one answers all that follow. Close it afterwards.
 */
export async function startFakeEndpoint(...answers: Answering[]) {
  const taken: Taken[] = [];
  const waiting: (() => void)[] = [];
  let script = answers;
  let asked = 0;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    const abandoned = new Promise<void>((resolve) => {
      response.once('close', () => {
        if (!response.writableFinished) resolve();
      });
    });
    const isJson = /json/.test(request.headers['content-type'] ?? '') && text !== '';
    const { method = '', url: path = '', headers } = request;
    const one: Taken = { method, path, headers, text, json: isJson ? JSON.parse(text) : undefined, abandoned };
    taken.push(one);
    for (const resolve of waiting.splice(0)) resolve();
    const next = script[Math.min(asked, script.length - 1)];
    asked += 1;
    await next?.(response, one);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    /** What has arrived, earliest first. */
    taken,
    /** From now on it answers so, beginning with the first. */
    answerWith(...next: Answering[]): void {
      script = next;
      asked = 0;
    },
    /** Resolves when so many requests have arrived. */
    async arrived(count: number): Promise<void> {
      while (taken.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers with JSON. */
export const withJson =
  (value: unknown, status = 200, headers: Record<string, string> = {}): Answering =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
  };

/** Takes the request and never answers. */
export const stalling: Answering = () => {};

/** Breaks the connection off without a word. */
export const hangingUp: Answering = (response) => {
  response.destroy();
};

export const chunkOf = (delta: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  id: 'c1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'fake-1',
  choices: [{ index: 0, delta, finish_reason: null, ...more }],
});

export const usageOf = (tokensIn: number, tokensOut: number) => ({
  ...chunkOf({}),
  choices: [],
  usage: { prompt_tokens: tokensIn, completion_tokens: tokensOut, total_tokens: tokensIn + tokensOut },
});

const events = { 'content-type': 'text/event-stream' };
export const eventOf = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;

/** Streams these pieces of text as a model does, and ends as it should. */
export const withPieces =
  (pieces: readonly string[], { usage = [120, 12] }: { usage?: [number, number] } = {}): Answering =>
  (response) => {
    response.writeHead(200, events);
    for (const content of pieces) response.write(eventOf(chunkOf({ content })));
    response.write(eventOf(chunkOf({}, { finish_reason: 'stop' })));
    response.write(eventOf(usageOf(...usage)));
    response.end('data: [DONE]\n\n');
  };

/** Sends exactly this as a stream of events. */
export const withEvents =
  (text: string, { end = true }: { end?: boolean } = {}): Answering =>
  (response) => {
    response.writeHead(200, events);
    response.write(text);
    if (end) response.end();
  };
