import { limits } from '../../shared/limits.ts';

/**
 * The one line an inbox shows of a message: runs of white space as one blank, none at the ends, at most
 * `limits.previewCharsMax` UTF-16 code units, never half of a surrogate pair.
 */
export function messagePreview(content: string): string {
  // A message may be long; what lies far beyond the preview is not worth looking at.
  const line = content
    .slice(0, limits.previewCharsMax * 8)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, limits.previewCharsMax);
  const last = line.charCodeAt(line.length - 1);
  return (last >= 0xd800 && last <= 0xdbff ? line.slice(0, -1) : line).trimEnd();
}
