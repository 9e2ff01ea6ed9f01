import { type CutChunk, cut } from '../../../extract/cut.ts';
import { extract } from '../../../extract/extract.ts';
import { type Extracted, ExtractionError, type Limits } from '../../../extract/extracted.ts';

/** What turns a source into text and passages; a test gives its own. All throw `ExtractionError` with a reason. */
export interface Readers {
  extract(
    file: { path: string; name: string; mediaType?: string },
    options: { signal: AbortSignal; limits?: Partial<Limits>; progress?(done: number, total: number): void },
  ): Promise<Extracted>;
  crawl(site: Site): Promise<Extracted>;
  cut(extracted: Extracted): CutChunk[];
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

export const readers: Readers = {
  extract,
  crawl: () => Promise.reject(new ExtractionError('Web pages are not read by this server.')),
  cut,
};
