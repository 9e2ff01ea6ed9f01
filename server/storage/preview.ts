import { limits } from '../../shared/limits.ts';

/**
 * What a list of conversations shows of a message: its first `limits.previewCharsMax` characters with every run of
 * white space folded into one space. Never ends in half of a surrogate pair, which Postgres could not store.
 */
export function previewOf(content: string): string {
  const folded = content.trim().replace(/\s+/g, ' ');
  if (folded.length <= limits.previewCharsMax) return folded;
  const cut = folded.slice(0, limits.previewCharsMax);
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
}
