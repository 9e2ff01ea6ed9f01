import type { PartView } from '../../../../../shared/contracts/knowledge.ts';

type PartChunk = PartView['chunks'][number];

/** A piece of a part's text: a passage, or what stands between passages, such as a heading. */
export type Segment =
  | { kind: 'between'; start: number; text: string }
  | { kind: 'passage'; chunk: PartChunk; text: string };

/** A part's text in pieces, in order; together they are the whole text but for blank lines between passages. */
export function segmentsOf({ text, chunks }: Pick<PartView, 'text' | 'chunks'>): Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  const between = (start: number, end: number) => {
    const piece = text.slice(start, end);
    if (piece.trim() !== '') segments.push({ kind: 'between', start, text: piece.replace(/^\s*\n|\s+$/g, '') });
  };
  for (const chunk of [...chunks].sort((a, b) => a.start - b.start || a.number - b.number)) {
    between(at, chunk.start);
    segments.push({ kind: 'passage', chunk, text: text.slice(chunk.start, chunk.end) });
    at = Math.max(at, chunk.end);
  }
  between(at, text.length);
  return segments;
}
