import { gunzipSync } from 'node:zlib';
import type { GuardedFetch } from '../lib/guarded-fetch.ts';

const sitemapsMax = 30;
const sitemapBytesMax = 50 * 1024 * 1024;

/** The pages that a site's sitemaps name, those of sitemap indexes too; none when there are no sitemaps. Never throws. */
export async function pagesOfSitemaps(
  addresses: string[],
  options: { fetch: Pick<GuardedFetch, 'fetch'>; signal: AbortSignal; pagesMax: number },
): Promise<string[]> {
  const { fetch, signal, pagesMax } = options;
  const waiting = [...new Set(addresses)];
  const asked = new Set<string>();
  const pages = new Set<string>();
  while (waiting.length > 0 && asked.size < sitemapsMax && pages.size < pagesMax && !signal.aborted) {
    const address = waiting.shift()!;
    if (asked.has(address)) continue;
    asked.add(address);
    const text = await read(address);
    const isIndex = /<sitemapindex[\s>]/i.test(text);
    for (const location of locationsOf(text)) {
      if (isIndex ? waiting.length >= sitemapsMax : pages.size >= pagesMax) break;
      if (isIndex) waiting.push(location);
      else pages.add(location);
    }
  }
  return [...pages];

  async function read(address: string): Promise<string> {
    try {
      const { status, body } = await fetch.fetch(address, { signal, bytesMax: sitemapBytesMax, timeMsMax: 20_000 });
      if (status !== 200) return '';
      const isPacked = body[0] === 0x1f && body[1] === 0x8b;
      return (isPacked ? gunzipSync(body, { maxOutputLength: sitemapBytesMax }) : body).toString('utf8');
    } catch {
      return '';
    }
  }
}

/** No part of it can begin where another goes on, or a text of blanks would be gone through again and again. */
const location = /<(?:\w+:)?loc>([^<]*(?:<!\[CDATA\[[^<\]]*\]\]>[^<]*)?)<\/(?:\w+:)?loc>/gi;

/** One after the other, as they are asked for: whoever wrote the file says how many there are. */
function* locationsOf(text: string): Generator<string> {
  if (!/^\s*</.test(text)) {
    for (const { 0: line } of text.matchAll(/^[ \t]*https?:\/\/.*$/gm)) yield line.trim();
    return;
  }
  for (const [, inner = ''] of text.matchAll(location)) {
    const address = inner.replace('<![CDATA[', '').replace(']]>', '').trim();
    if (address !== '' && !address.includes(']')) yield address.replace(/&amp;/g, '&').replace(/&#38;/g, '&');
  }
}
