import { cleanText, oneLine, parseJson, readValue } from './webhook-values.ts';

/** One line of n8n's stream. */
export interface StreamChunk {
  type: 'begin' | 'item' | 'end' | 'error';
  content?: unknown;
  metadata?: { nodeId?: unknown; runIndex?: unknown } | null;
}

interface Bubble {
  text: string;
  state: 'open' | 'ended' | 'failed';
  /** How much of the text the listener has been told. */
  told: number;
}

/** What a whole stream came to. */
export type StreamEnd =
  | { kind: 'text'; text: string }
  | { kind: 'fault'; reason: string }
  | { kind: 'later' }
  | { kind: 'nothing' };

/** Data around a text, which is read when it is whole. */
const beginsLikeJson = /^\s*(\{|\[\s*(["{]|$))/;

const chunkTypes = new Set(['begin', 'item', 'end', 'error']);

/** The chunk that a line holds; undefined when it is something else. */
export function readChunk(line: string): StreamChunk | undefined {
  if (!line.trimStart().startsWith('{')) return undefined;
  const value = parseJson(line)?.value as StreamChunk | null | undefined;
  return value && chunkTypes.has(value.type) && ('metadata' in value || 'content' in value) ? value : undefined;
}

/**
 * Puts the pieces of n8n's streams together. Each run of a node is a bubble of its own, several may be written at once.
 * The listener is told pieces that follow on each other: a bubble is told while it is written once all before it have
 * ended. What it was told is a draft, and the end counts: a run that failed is left out of it, as is one that repeats
 * another, and an object is read for its text.
 */
export function joinStream(onText: (piece: string) => void) {
  const bubbles: Bubble[] = [];
  const openByRun = new Map<string, Bubble>();
  let fault: string | undefined;
  let isLater = false;
  let hasTold = false;
  /** What grows by text that belongs to no run; a chunk ends it. */
  let loose: Bubble | undefined;

  function add(state: Bubble['state']): Bubble {
    const bubble: Bubble = { text: '', state, told: 0 };
    bubbles.push(bubble);
    return bubble;
  }

  function begin(run: string): Bubble {
    const bubble = add('open');
    openByRun.set(run, bubble);
    return bubble;
  }

  function end(run: string, state: 'ended' | 'failed'): void {
    const bubble = openByRun.get(run);
    if (bubble) bubble.state = state;
    openByRun.delete(run);
  }

  function tell(): void {
    for (const bubble of bubbles) {
      const piece = bubble.state === 'failed' || beginsLikeJson.test(bubble.text) ? '' : bubble.text.slice(bubble.told);
      if (piece !== '') {
        onText(hasTold && bubble.told === 0 ? `\n\n${piece}` : piece);
        bubble.told = bubble.text.length;
        hasTold = true;
      }
      if (bubble.state === 'open') return;
    }
  }

  return {
    chunk({ type, content, metadata }: StreamChunk): void {
      loose = undefined;
      const run = `${metadata?.nodeId} ${metadata?.runIndex}`;
      if (type === 'begin') {
        end(run, 'ended');
        begin(run);
      } else if (type === 'end') {
        end(run, 'ended');
      } else if (type === 'error') {
        fault = oneLine(textOf(content)) || 'The workflow failed without saying why.';
        end(run, 'failed');
      } else {
        const bubble = openByRun.get(run) ?? begin(run);
        bubble.text += textOf(content);
      }
      tell();
    },

    /** A line that is no chunk counts as text of its own, beside what the runs write. */
    line(line: string): void {
      if (line.trim() === '') return;
      const json = parseJson(line);
      if (json && typeof json.value === 'object') {
        const said = readValue(json.value);
        if (said.kind === 'later') isLater = true;
        if (said.kind === 'fault') fault = said.reason;
        if (said.kind === 'text') this.piece(`${said.text}\n`);
      } else {
        this.piece(`${line}\n`);
      }
    },

    /** Text that says nothing of where it belongs. */
    piece(text: string): void {
      loose ??= add('ended');
      loose.text += text;
      tell();
    },

    finish(): StreamEnd {
      for (const run of [...openByRun.keys()]) end(run, 'ended');
      tell();
      const texts = new Set<string>();
      for (const { text, state } of bubbles) {
        const whole = wholeText(text);
        if (whole.kind === 'fault') fault ??= whole.reason;
        if (whole.kind === 'later') isLater = true;
        if (state !== 'failed' && whole.kind === 'text') texts.add(whole.text);
      }
      if (texts.size > 0) return { kind: 'text', text: [...texts].join('\n\n') };
      if (fault !== undefined) return { kind: 'fault', reason: fault };
      return { kind: isLater ? 'later' : 'nothing' };
    },
  };
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return content === undefined || content === null ? '' : JSON.stringify(content);
}

/** A node that answers with an object sends it as one piece of JSON. */
function wholeText(text: string): StreamEnd {
  const json = beginsLikeJson.test(text) ? parseJson(text) : undefined;
  if (json) return readValue(json.value);
  const clean = cleanText(text);
  return clean === '' ? { kind: 'nothing' } : { kind: 'text', text: clean };
}
