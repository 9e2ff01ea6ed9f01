import { limits } from '../../shared/limits.ts';

/**
 * What a list of conversations shows of a message: runs of white space as one blank, none at the ends, at most
 * `limits.previewCharsMax` UTF-16 code units, never half of a surrogate pair (Postgres could not store it).
 */
export function previewOf(content: string): string {
  // A message may be long; what lies far beyond the preview is not worth looking at.
  const near = content.slice(0, limits.previewCharsMax * 8);
  const line = near.replace(/\s+/g, ' ').trim().slice(0, limits.previewCharsMax);
  const last = line.charCodeAt(line.length - 1);
  return (last >= 0xd800 && last <= 0xdbff ? line.slice(0, -1) : line).trimEnd();
}
