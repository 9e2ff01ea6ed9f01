import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  countWords,
  defaultLimits,
  type Extracted,
  type ExtractedPart,
  ExtractionError,
  type Limits,
} from '../extract/extracted.ts';
import type { DocumentRead } from '../extract/read-document.ts';
import { ReaderProcess } from '../extract/reader-process.ts';
import { FetchError } from '../lib/fetch-error.ts';
import type { FetchedResponse, GuardedFetch } from '../lib/guarded-fetch.ts';
import { dropCommonBlocks } from './common-blocks.ts';
import { CrawlQueue } from './crawl-queue.ts';
import { pageUrl } from './page-url.ts';
import { type Robots, readRobots, robotName } from './robots.ts';
import { pagesOfSitemaps } from './sitemaps.ts';

export interface CrawlLimits {
  /** Pages and linked documents that are read; 1 reads the named page alone. */
  pages: number;
  /** How many links away from the named page. */
  depth: number;
  /** Received in all. */
  bytes: number;
  ms: number;
}

export interface CrawlProgress {
  /** The page that was just read. */
  url: string;
  done: number;
  /** How many are known so far, within the limit. */
  known: number;
}

interface Found {
  order: number;
  read: DocumentRead;
  parts: Omit<ExtractedPart, 'number'>[];
}

const workers = 2;
const pageBytesMax = 20 * 1024 * 1024;
const pageTimeMsMax = 30_000;
const accept = 'text/html,application/xhtml+xml,application/pdf;q=0.9,text/*;q=0.8,*/*;q=0.5';
/** Besides web pages: documents that pages link to. */
const documentTypes =
  /^(?:application\/(?:pdf|xhtml\+xml|json|vnd\.openxmlformats-officedocument\..+|octet-stream)|text\/(?:html|plain|markdown|csv|tab-separated-values))$/;

/**
 * Reads a web page, or a site by its sitemaps and links: the same host only, as robots.txt and the pages themselves
 * allow, two requests at a time. A part is a page, with its address. What is left when a limit is reached is left out,
 * with a warning.
 * @throws ExtractionError when the named page cannot be read or nothing has text; the signal's reason when aborted.
 */
export async function crawl(options: {
  url: string;
  limits: CrawlLimits;
  fetch: Pick<GuardedFetch, 'fetch'>;
  signal: AbortSignal;
  onPage?(progress: CrawlProgress): void;
  /** For each page or document. */
  readLimits?: Partial<Limits>;
}): Promise<Extracted> {
  const { limits, fetch } = options;
  const start = pageUrl(options.url);
  if (!start) throw new ExtractionError('This is not the address of a web page, as in https://example.com/help.');
  const deadline = AbortSignal.timeout(limits.ms);
  const signal = AbortSignal.any([options.signal, deadline]);
  const reader = new ReaderProcess({ ...defaultLimits, timeMsMax: pageTimeMsMax, ...options.readLimits });
  const queue = new CrawlQueue(start, limits);
  const found: Found[] = [];
  const texts = new Set<string>();
  const identities = new Set<string>();
  const troubles = new Troubles();
  let reading: Promise<unknown> = Promise.resolve();
  let bytes = 0;
  let done = 0;
  let nextRequestAt = 0;

  try {
    const robots = await readRobots(start, { fetch, signal });
    await visit({ url: start, depth: 0, order: 0 }, robots, true);
    if (limits.pages > 1) {
      const site = new URL(start);
      const sitemaps = [...robots.sitemaps, new URL('/sitemap.xml', site).href];
      for (const page of await pagesOfSitemaps(sitemaps, { fetch, signal, pagesMax: limits.pages * 4 }))
        queue.add(page, 1);
      await Promise.all(Array.from({ length: workers }, () => work(robots)));
    }
  } catch (error) {
    options.signal.throwIfAborted();
    if (!deadline.aborted) throw error instanceof FetchError ? new ExtractionError(error.message) : error;
  } finally {
    reader.close();
  }
  return assemble();

  async function work(robots: Robots): Promise<void> {
    for (;;) {
      if (signal.aborted || bytes >= limits.bytes) return;
      const next = await queue.next(() => found.length, signal);
      if (!next) return;
      try {
        await visit(next, robots, false);
      } finally {
        queue.finished();
      }
    }
  }

  async function visit(
    next: { url: string; depth: number; order: number },
    robots: Robots,
    isFirst: boolean,
  ): Promise<void> {
    try {
      if (!robots.allows(next.url))
        throw new ExtractionError('The site’s robots.txt does not allow reading this page.');
      const response = await ask(next.url, robots.delayMs);
      const url = pageUrl(response.url) ?? next.url;
      if (isFirst) queue.alsoHost(url);
      else if (!queue.isOnSite(url)) return;
      if (url !== next.url && !robots.allows(url) && queue.isOnSite(url)) {
        throw new ExtractionError('The site’s robots.txt does not allow reading this page.');
      }
      const read = await readPage(response, url);
      take(read, { ...next, url }, response);
    } catch (error) {
      if (signal.aborted) throw error;
      if (isFirst) throw error instanceof FetchError ? new ExtractionError(error.message) : error;
      // Larger than what is left of the bytes: the end of the reading rather than a fault of the page.
      if (error instanceof FetchError && error.kind === 'size' && limits.bytes - bytes < pageBytesMax)
        bytes = limits.bytes;
      else troubles.note(error);
    }
  }

  async function ask(url: string, delayMs: number): Promise<FetchedResponse> {
    const now = Date.now();
    const wait = Math.max(0, nextRequestAt - now);
    nextRequestAt = Math.max(now, nextRequestAt) + delayMs;
    if (wait > 0) await sleep(wait, undefined, { signal });
    const bytesMax = Math.min(pageBytesMax, Math.max(1, limits.bytes - bytes));
    const response = await fetch.fetch(url, { signal, bytesMax, timeMsMax: pageTimeMsMax, headers: { accept } });
    bytes += response.body.length;
    if (response.status !== 200) throw new ExtractionError(statusReason(response.status));
    const type = mediaTypeOf(response);
    if (type !== '' && !documentTypes.test(type)) {
      throw new ExtractionError(`The address leads to something that is not read (${type}).`);
    }
    return response;
  }

  /** One at a time: there is one reading process. */
  async function readPage(response: FetchedResponse, url: string): Promise<DocumentRead> {
    const charset = /charset=["']?([\w-]+)/i.exec(response.headers['content-type'] ?? '')?.[1];
    const name = fileNameIn(url);
    const request = { source: { bytes: response.body }, name, mediaType: mediaTypeOf(response), web: { url, charset } };
    const turn = reading.then(() => reader.read(request, { signal }));
    reading = turn.catch(() => undefined);
    return turn;
  }

  function take(
    read: DocumentRead,
    at: { url: string; depth: number; order: number },
    response: FetchedResponse,
  ): void {
    const { url, depth, order } = at;
    for (const link of read.page?.links ?? []) queue.add(link, depth + 1);
    if (read.page?.noindex || forbidsIndexing(response.headers['x-robots-tag'])) {
      throw new ExtractionError('The page asks not to be indexed (noindex).');
    }
    const canonical = read.page?.canonical ? pageUrl(read.page.canonical) : undefined;
    const identity = canonical && isOwnName(canonical, url) ? canonical : url;
    const text = createHash('sha256')
      .update(read.parts.map((part) => part.text).join('\n'))
      .digest('base64');
    if (identities.has(identity) || texts.has(text)) return;
    identities.add(identity);
    texts.add(text);
    if (found.length >= limits.pages) return;
    const parts = read.parts.map(({ number: _, ...part }) => ({
      ...part,
      title: part.page === null ? part.title : (read.title ?? part.title),
      url: part.page === null ? identity : `${identity}#page=${part.page}`,
    }));
    found.push({ order, read, parts });
    done += 1;
    options.onPage?.({ url: identity, done, known: Math.max(done, Math.min(limits.pages, queue.known)) });
  }

  /** A site that names its start page as every page's own address means something else. */
  function isOwnName(canonical: string, url: string): boolean {
    return queue.isOnSite(canonical) && (new URL(canonical).pathname !== '/' || new URL(url).pathname === '/');
  }

  function assemble(): Extracted {
    found.sort((a, b) => a.order - b.order);
    const first = found[0];
    if (!first) {
      throw new ExtractionError(
        deadline.aborted
          ? `The site did not answer in full within ${Math.round(limits.ms / 1000)} seconds.`
          : (troubles.first ?? 'No page of the site has text that can be read.'),
      );
    }
    const pages = dropCommonBlocks(found.flatMap(({ parts }) => parts)).filter(({ text }) => text !== '');
    const warnings = [...new Set(found.flatMap(({ read }) => read.warnings)), ...troubles.sentences()];
    if (deadline.aborted)
      warnings.push(`Reading ended after ${Math.round(limits.ms / 1000)} seconds; pages may be missing.`);
    else if (bytes >= limits.bytes) warnings.push('Reading ended at the limit of bytes; pages may be missing.');
    else if (limits.pages > 1 && found.length >= limits.pages && queue.hasMore) {
      warnings.push(`The site has more than the ${limits.pages} pages that are read.`);
    }
    return {
      title: first.read.title,
      language: first.read.language ?? found.find(({ read }) => read.language)?.read.language ?? null,
      parts: pages.map((part, index) => ({ number: index + 1, ...part })),
      wordCount: pages.reduce((sum, { text }) => sum + countWords(text), 0),
      warnings,
    };
  }
}

/** What kept pages from being read, counted. */
class Troubles {
  readonly #counts = new Map<string, number>();

  note(error: unknown): void {
    const reason =
      error instanceof ExtractionError || error instanceof FetchError ? error.message : 'The page could not be read.';
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
  }

  get first(): string | undefined {
    return this.#counts.keys().next().value;
  }

  sentences(): string[] {
    return [...this.#counts].map(
      ([reason, count]) => `${count} ${count === 1 ? 'page was' : 'pages were'} left out: ${reason}`,
    );
  }
}

function forbidsIndexing(header = ''): boolean {
  return header
    .toLowerCase()
    .split(',')
    .some((rule) => {
      const [, agent, directive] = /^\s*(?:([\w-]+)\s*:\s*)?(.*?)\s*$/.exec(rule) ?? [];
      return (agent === undefined || agent === robotName.toLowerCase()) && /^(noindex|none)$/.test(directive ?? '');
    });
}

function statusReason(status: number): string {
  if (status === 404 || status === 410) return `There is no such page (status ${status}).`;
  if (status === 401 || status === 403) return `The site does not let Confab read this page (status ${status}).`;
  return `The site answered with an error (status ${status}).`;
}

function fileNameIn(url: string): string {
  const last = new URL(url).pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last) || 'index.html';
  } catch {
    return last;
  }
}

function mediaTypeOf({ headers }: FetchedResponse): string {
  return (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
}
