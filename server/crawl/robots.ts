import parseRobots from 'robots-parser';
import { ExtractionError } from '../extract/extracted.ts';
import type { GuardedFetch } from '../lib/guarded-fetch.ts';

/** The name that robots.txt knows this reader by. */
export const robotName = 'Confab';

export interface Robots {
  allows(url: string): boolean;
  sitemaps: string[];
  /** Between the beginnings of two requests. */
  delayMs: number;
}

/** The package is CommonJS and its types say otherwise. */
const parse = parseRobots as unknown as typeof parseRobots.default;

const delayMsMax = 10_000;

/**
 * What the site's robots.txt allows. A site without one allows everything; one whose server fails to say allows nothing.
 * @throws ExtractionError when it cannot be told. FetchError when the server cannot be reached.
 */
export async function readRobots(
  site: string,
  { fetch, signal }: { fetch: Pick<GuardedFetch, 'fetch'>; signal: AbortSignal },
): Promise<Robots> {
  const address = new URL('/robots.txt', site).href;
  const { status, body } = await fetch.fetch(address, { signal, bytesMax: 2 * 1024 * 1024, timeMsMax: 15_000 });
  if (status >= 500 || status === 429) {
    throw new ExtractionError(
      `The site’s robots.txt could not be read (status ${status}), so it is not known what may be read. Try again later.`,
    );
  }
  const text = status === 200 ? body.subarray(0, 512 * 1024).toString('utf8') : '';
  const rules = parse(address, text);
  return {
    allows: (url) => rules.isAllowed(url, robotName) !== false,
    sitemaps: rules.getSitemaps(),
    delayMs: Math.min(delayMsMax, (rules.getCrawlDelay(robotName) ?? 0) * 1_000),
  };
}
