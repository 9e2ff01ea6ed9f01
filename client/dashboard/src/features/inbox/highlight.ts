export interface HighlightPart {
  text: string;
  isFound: boolean;
}

/**
 * A text in parts, those within the ranges marked. Ranges are in UTF-16 code units, ascending; what lies outside of the
 * text or overlaps is cut to what makes sense.
 */
export function highlightParts(text: string, ranges: readonly { start: number; end: number }[]): HighlightPart[] {
  const parts: HighlightPart[] = [];
  let at = 0;
  for (const range of ranges) {
    const start = Math.max(at, range.start);
    const end = Math.min(text.length, range.end);
    if (end <= start) continue;
    if (start > at) parts.push({ text: text.slice(at, start), isFound: false });
    parts.push({ text: text.slice(start, end), isFound: true });
    at = end;
  }
  if (at < text.length) parts.push({ text: text.slice(at), isFound: false });
  return parts;
}
