import { createHmac } from 'node:crypto';
import { limits } from '../../../../shared/limits.ts';
import { joinStream, readChunk } from './n8n-stream.ts';
import { cleanText, oneLine, parseJson, pieceIn, readValue, type Said } from './webhook-values.ts';

/** A question to a workflow, in the request that n8n's own chat sends. */
export interface WebhookQuestion {
  /** The same for all questions of a conversation: the workflow's memory hangs on it. */
  sessionId: string;
  chatInput: string;
  /** The ready workflows answer by its `conversationId` and `messageId`. */
  metadata: Record<string, unknown>;
  /** Signs the request; undefined: it is not signed. */
  secret: string | undefined;
  /** The same each time this question is sent, so that a workflow can tell a repetition. */
  deliveryId: string;
  now: Date;
}

/**
 * The request, to be sent as POST with exactly this body. The signature is
 * `X-Confab-Signature: t=<seconds>,v1=<hex of HMAC-SHA256(secret, t + "." + body)>`.
 */
export function buildRequest({ sessionId, chatInput, metadata, secret, deliveryId, now }: WebhookQuestion): {
  headers: Record<string, string>;
  body: string;
} {
  const body = JSON.stringify({ action: 'sendMessage', sessionId, chatInput, metadata });
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    // n8n's chat asks for text where it can take a stream.
    accept: 'text/plain, application/json',
    'user-agent': 'Confab',
    'x-confab-delivery': deliveryId,
  };
  if (secret !== undefined) {
    const time = Math.floor(now.getTime() / 1000);
    const signature = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
    headers['x-confab-signature'] = `t=${time},v1=${signature}`;
  }
  return { headers, body };
}

/** As much of an answer over HTTP as is needed; a `Response` of `fetch` fits but for a body that is null. */
export interface WebhookResponse {
  ok: boolean;
  status: number;
  headers: { get(name: string): string | null | undefined };
  body: AsyncIterable<Uint8Array>;
}

/** What a workflow has answered. Reasons are sentences for the owner, not for visitors. */
export type WebhookReply =
  | { kind: 'answer'; text: string /** What stood beside the text. */; metadata: Record<string, unknown> }
  /** The answer comes through the API. */
  | { kind: 'later' }
  | { kind: 'failed'; reason: string };

/** An answer beyond this is not read to its end. */
export const replyBytesMax = 512 * 1024;

/**
 * Reads the answer of an n8n workflow, or of any URL that answers alike: one JSON value, plain text, n8n's stream of
 * JSON lines, or server-sent events. Never rejects: a body that breaks off is `failed`, and a deadline is the caller's,
 * by breaking the body off.
 * @param onText is told pieces that follow on each other while a stream is read. Together they are a draft: the text of
 * the answer counts.
 */
export async function readReply(
  response: WebhookResponse,
  { onText }: { onText(piece: string): void },
): Promise<WebhookReply> {
  const reader = response.ok ? createReplyReader(response, onText) : undefined;
  const decoder = decoderFor(response);
  let text = '';
  let bytes = 0;
  try {
    for await (const part of response.body) {
      bytes += part.byteLength;
      if (bytes > replyBytesMax) {
        if (!reader) break;
        return failed(`The answer is larger than ${replyBytesMax / 1024} kB.`);
      }
      const decoded = decoder.decode(part, { stream: true });
      text += decoded;
      reader?.take(decoded);
    }
  } catch {
    if (reader) return failed('The connection broke off before the answer was complete.');
  }
  const rest = decoder.decode();
  text += rest;
  if (!reader) return failed(refusal(response.status, text));
  reader.take(rest);
  return toReply(reader.finish() ?? readWhole(response, text));
}

type End = Said | { kind: 'text'; text: string; rest?: Record<string, unknown> };

function toReply(end: End): WebhookReply {
  switch (end.kind) {
    case 'later':
      return { kind: 'later' };
    case 'fault':
      return failed(`The workflow answered with an error: ${end.reason}`);
    case 'nothing':
      return failed('The workflow answered nothing.');
    case 'text':
      if (end.text.length > limits.messageCharsMax) {
        return failed(`The answer is longer than ${limits.messageCharsMax.toLocaleString('en')} characters.`);
      }
      return { kind: 'answer', text: end.text, metadata: end.rest ?? {} };
  }
}

const failed = (reason: string): WebhookReply => ({ kind: 'failed', reason });

/** n8n explains in `message` and `hint` why a webhook is not there. */
function refusal(status: number, body: string): string {
  const value = parseJson(body)?.value as { message?: unknown; hint?: unknown; error?: unknown } | null | undefined;
  const told = [value?.message, value?.hint].filter((part) => typeof part === 'string').map(oneLine);
  return [`The workflow answered with status ${status}`, ...told.filter((part) => part !== '')].join(': ');
}

function decoderFor({ headers }: WebhookResponse) {
  const charset = /charset="?([\w-]+)/i.exec(headers.get('content-type') ?? '')?.[1];
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}

/** One value or one text, known to be no stream. */
function readWhole({ status, headers }: WebhookResponse, body: string): Said {
  if (body.trim() === '') return { kind: status === 202 ? 'later' : 'nothing' };
  const json = parseJson(body);
  if (json) return readValue(json.value);
  const lines = body.split('\n').filter((line) => line.trim() !== '');
  const values = lines.map(parseJson).filter((line) => line !== undefined);
  if (values.length === lines.length) return readValue(values.map(({ value }) => value));
  if (/^\s*<(!doctype|html)/i.test(body) || /\btext\/html\b/i.test(headers.get('content-type') ?? '')) {
    return { kind: 'fault', reason: 'it is a web page. Is this the address of the workflow?' };
  }
  const text = cleanText(body);
  return text === '' ? { kind: 'nothing' } : { kind: 'text', text, rest: {} };
}

/** Finds out from its lines whether an answer is a stream, and then reads it as one. */
function createReplyReader({ headers }: WebhookResponse, onText: (piece: string) => void) {
  const stream = joinStream(onText);
  let form: 'unknown' | 'whole' | 'lines' | 'events' = /\btext\/event-stream\b/i.test(headers.get('content-type') ?? '')
    ? 'events'
    : 'unknown';
  let unfinished = '';
  /** Lines before the one that tells the form. */
  let waiting: string[] = [];
  let event: string[] = [];

  function readLine(line: string): void {
    if (form === 'whole') return;
    if (form === 'unknown') form = formOf(line);
    if (form === 'unknown') return void waiting.push(line);
    if (form === 'lines') for (const earlier of waiting) stream.line(earlier);
    waiting = [];
    if (form === 'lines') readStreamLine(line);
    if (form === 'events') readEventLine(line);
  }

  function formOf(line: string): typeof form {
    if (readChunk(line)) return 'lines';
    if (/^data:/.test(line) && waiting.every((earlier) => /^(\s*$|:|event:|id:|retry:)/.test(earlier))) return 'events';
    const isFirst = waiting.every((earlier) => earlier.trim() === '');
    // The first line of JSON over several lines.
    return isFirst && /^\s*[{[]/.test(line) && !parseJson(line) ? 'whole' : 'unknown';
  }

  function readStreamLine(line: string): void {
    const chunk = readChunk(line);
    if (chunk) stream.chunk(chunk);
    else stream.line(line);
  }

  function readEventLine(line: string): void {
    if (/^data:/.test(line)) event.push(line.replace(/^data: ?/, ''));
    else if (line.trim() === '') endEvent();
    else if (readChunk(line)) readStreamLine(line);
  }

  function endEvent(): void {
    const data = event.join('\n');
    event = [];
    if (data === '' || data === '[DONE]') return;
    const [chunk, json] = [readChunk(data), parseJson(data)];
    const piece = json && pieceIn(json.value);
    if (chunk) stream.chunk(chunk);
    else if (piece !== undefined) stream.piece(piece);
    else if (typeof json?.value === 'object') stream.line(data);
    else stream.piece(data);
  }

  return {
    take(text: string): void {
      const lines = (unfinished + text).split('\n');
      unfinished = lines.pop()!;
      for (const line of lines) readLine(line.replace(/\r$/, ''));
    },
    /** Undefined when it was no stream. */
    finish(): End | undefined {
      if (unfinished !== '') readLine(unfinished.replace(/\r$/, ''));
      unfinished = '';
      if (form !== 'lines' && form !== 'events') return undefined;
      endEvent();
      return stream.finish();
    },
  };
}
