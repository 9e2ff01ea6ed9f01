import { setImmediate } from 'node:timers/promises';
import { crawl } from '../../../crawl/crawl.ts';
import type { Deps } from '../../../deps.ts';
import { type CutChunk, cutBySteps } from '../../../extract/cut.ts';
import { extract } from '../../../extract/extract.ts';
import type { Extracted, Limits } from '../../../extract/extracted.ts';
import { createGuardedFetch } from '../../../lib/guarded-fetch.ts';
import { removeLeftovers } from './temporary-file.ts';

/** What turns a source into text and passages; a test gives its own. All throw `ExtractionError` with a reason. */
export interface Readers {
  extract(
    file: { path: string; name: string; mediaType?: string },
    options: { signal: AbortSignal; limits?: Partial<Limits>; progress?(done: number, total: number): void },
  ): Promise<Extracted>;
  crawl(site: Site): Promise<Extracted>;
  cut(extracted: Extracted): Promise<CutChunk[]>;
}

export interface Site {
  url: string;
  /** A single page is the site with one page. */
  pagesMax: number;
  depthMax: number;
  timeMsMax: number;
  signal: AbortSignal;
  progress(done: number, total: number): void;
}

/** Received of one site in all. */
const siteBytesMax = 500_000_000;

/** The ones of a server: files in processes of their own, the web by way of public addresses alone. */
export function createReaders({ config }: Pick<Deps, 'config'>): Readers {
  void removeLeftovers();
  const web = createGuardedFetch({ allowPrivate: config.fetchAllowPrivate });
  const { fileBytesMax, pagesMax, memoryMbMax } = config.reading;
  return {
    extract,
    cut: cutInTurns,
    crawl: ({ url, pagesMax: pages, depthMax: depth, timeMsMax: ms, signal, progress }) =>
      crawl({
        url,
        limits: { pages, depth, bytes: siteBytesMax, ms },
        readLimits: { fileBytesMax, pagesMax, memoryMbMax },
        fetch: web,
        signal,
        onPage: ({ done, known }) => progress(done, known),
      }),
  };
}

/** How long requests may have to wait for the next passage. */
const turnMs = 10;

/** Cuts a document into passages while the server goes on with everything else. */
export async function cutInTurns(extracted: Extracted): Promise<CutChunk[]> {
  const chunks: CutChunk[] = [];
  let begun = performance.now();
  for (const some of cutBySteps(extracted)) {
    chunks.push(...some);
    if (performance.now() - begun < turnMs) continue;
    await setImmediate();
    begun = performance.now();
  }
  return chunks;
}
