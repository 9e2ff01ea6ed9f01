import { limits } from '../../../../shared/limits.ts';

/** What one JSON value of a workflow says. */
export type Said =
  | { kind: 'text'; text: string; rest: Record<string, unknown> }
  | { kind: 'later' }
  | { kind: 'fault'; reason: string }
  | { kind: 'nothing' };

/** In the order in which n8n's own chat looks for the text. */
const textKeys = ['output', 'text', 'message'] as const;

/** What n8n's Webhook node says when it answers before the workflow has run. */
const startedMessages = new Set(['Workflow was started', 'Workflow got started.']);

/**
 * Reads a value the way n8n's chat does, except where that would show a visitor what is meant for a machine: a start
 * that was acknowledged is `later`, an error is a `fault`. Lists are read item by item.
 */
export function readValue(value: unknown): Said {
  if (typeof value === 'string') return said(value, {});
  if (typeof value === 'number' || typeof value === 'boolean') return said(String(value), {});
  if (Array.isArray(value)) return readList(value);
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return { kind: 'nothing' };
  return readObject(value as Record<string, unknown>);
}

function readObject(value: Record<string, unknown>): Said {
  if (value.executionStarted === true) return { kind: 'later' };
  if (typeof value.message === 'string' && startedMessages.has(value.message)) return { kind: 'later' };
  const key = textKeys.find((name) => value[name] !== undefined && value[name] !== null);
  if (key === 'message' || key === undefined) {
    const fault = faultIn(value);
    if (fault !== undefined) return { kind: 'fault', reason: fault };
  }
  if (key !== undefined) {
    const { [key]: text, ...rest } = value;
    const inner = readValue(text);
    return inner.kind === 'text' ? said(inner.text, { ...inner.rest, ...rest }) : inner;
  }
  // An item as n8n's nodes pass it on, which a workflow has answered with whole.
  if (typeof value.json === 'object' && value.json !== null) return readValue(value.json);
  return said(JSON.stringify(value, null, 2), {});
}

function readList(values: unknown[]): Said {
  const all = values.map(readValue).filter(({ kind }) => kind !== 'nothing');
  const texts = all.filter((item) => item.kind === 'text');
  if (texts.length > 0) {
    return said(texts.map(({ text }) => text).join('\n\n'), texts.length === 1 ? texts[0]!.rest : {});
  }
  return all[0] ?? { kind: 'nothing' };
}

/** The text of an error that came with a status of success: `{code: 404, message}`, `{error}`, `{error: {message}}`. */
function faultIn(value: Record<string, unknown>): string | undefined {
  const { code, statusCode, message, error } = value;
  const status = Number(code ?? statusCode);
  if (status >= 400 && status < 600 && typeof message === 'string') return oneLine(message);
  if (typeof error === 'string' && error.trim() !== '') return oneLine(error);
  const inner = (error as { message?: unknown } | null | undefined)?.message;
  return typeof inner === 'string' ? oneLine(inner) : undefined;
}

function said(raw: string, rest: Record<string, unknown>): Said {
  const text = cleanText(raw);
  if (text === '') return { kind: 'nothing' };
  return { kind: 'text', text, rest: isStorable(rest) ? rest : {} };
}

/** In JSON, NUL and halves of characters are written as escapes. */
function isStorable(rest: Record<string, unknown>): boolean {
  const json = JSON.stringify(rest);
  return json.length <= limits.metadataJsonCharsMax && !/\\u(0000|d[89a-f])/i.test(json);
}

/** Without what no message may hold: control characters and halves of characters; one kind of line end; no margins. */
export function cleanText(raw: string): string {
  return raw
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .replace(/\p{Cs}/gu, '\u{fffd}')
    .trim();
}

/** The text of a piece of an answer, with the spaces at its ends; undefined when it is no such piece. */
export function pieceIn(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const { output, text, content } = (value ?? {}) as Record<string, unknown>;
  return [output, text, content].find((piece) => typeof piece === 'string');
}

/** Fit for a sentence to the owner. */
export function oneLine(text: string): string {
  const line = cleanText(text).replace(/\s+/g, ' ');
  return line.length <= 300 ? line : `${line.slice(0, 299)}…`;
}

/** Undefined when the text is no JSON. */
export function parseJson(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
