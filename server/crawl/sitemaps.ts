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
    const found = /<sitemapindex[\s>]/i.test(text) ? waiting : pages;
    for (const location of locationsOf(text)) {
      if (Array.isArray(found)) found.push(location);
      else if (pages.size < pagesMax) found.add(location);
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

function locationsOf(text: string): string[] {
  if (!text.trimStart().startsWith('<')) {
    return text
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => /^https?:\/\//.test(line));
  }
  return [...text.matchAll(/<(?:\w+:)?loc>\s*(?:<!\[CDATA\[)?\s*([^<\]]+?)\s*(?:\]\]>)?\s*<\/(?:\w+:)?loc>/gi)]
    .filter(([whole]) => !/^<image:|^<video:/i.test(whole))
    .map(([, location]) => location!.replace(/&amp;/g, '&').replace(/&#38;/g, '&'));
}
