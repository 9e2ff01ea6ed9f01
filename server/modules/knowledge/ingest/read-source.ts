import type { DocumentStatus } from '../../../../shared/knowledge-vocabulary.ts';
import type { KnowledgeDocument } from '../../../../shared/schema.ts';
import type { Deps } from '../../../deps.ts';
import type { CutChunk } from '../../../extract/cut.ts';
import { countWords, type Extracted, type ExtractedPart, ExtractionError } from '../../../extract/extracted.ts';
import { mediaTypeOf } from './media-type.ts';
import type { Readers } from './readers.ts';
import { withTemporaryFile } from './temporary-file.ts';

/** What was read of a document. */
export interface Source {
  extracted: Extracted;
  /** Set where passages are not to be cut out of the text. */
  chunks?: CutChunk[];
  /** Of a file. */
  mediaType?: string;
}

export interface ReadingDeps extends Pick<Deps, 'files' | 'config'> {
  readers: Readers;
}

export interface ReadingControl {
  signal: AbortSignal;
  step(status: DocumentStatus): Promise<void>;
  progress(done: number, total: number): void;
}

/** A store of files that does not answer must not hold a document for ever. */
const fetchMsMax = 10 * 60_000;

/** Reads a document of any kind. @throws ExtractionError with a reason for its owner */
export function readSource(deps: ReadingDeps, document: KnowledgeDocument, control: ReadingControl): Promise<Source> {
  switch (document.kind) {
    case 'file':
      return readFile(deps, document, control);
    case 'text':
      return readText(deps, document, control);
    case 'page':
    case 'site':
      return readSite(deps, document, control);
    case 'qa':
      return Promise.resolve(readPairs(document));
  }
}

async function readFile(deps: ReadingDeps, document: KnowledgeDocument, control: ReadingControl): Promise<Source> {
  const { signal, step, progress } = control;
  const { name, storageKey, sizeBytes } = document;
  await step('fetching');
  const bytes = storageKey === null ? undefined : await deps.files.open(storageKey);
  if (!bytes) throw new ExtractionError('The file is not in the store any more. Upload it again.');
  const fetching = AbortSignal.any([signal, AbortSignal.timeout(fetchMsMax)]);
  const fetched = (done: number) => progress(done, sizeBytes ?? 0);
  return withTemporaryFile(bytes, { signal: fetching, progress: fetched }, async (path) => {
    await step('extracting');
    const { fileBytesMax, pagesMax, timeMsMax, memoryMbMax } = deps.config.reading;
    const limits = { fileBytesMax, pagesMax, timeMsMax, memoryMbMax };
    const extracted = await deps.readers.extract({ path, name }, { signal, limits, progress });
    return { extracted, mediaType: await mediaTypeOf(path, name) };
  });
}

async function readText(deps: ReadingDeps, document: KnowledgeDocument, control: ReadingControl): Promise<Source> {
  const { signal, step, progress } = control;
  await step('extracting');
  return withTemporaryFile(document.content?.text ?? '', { signal }, async (path) => {
    const file = { path, name: `${document.name}.md`, mediaType: 'text/markdown' };
    const extracted = await deps.readers.extract(file, { signal, progress });
    return { extracted: { ...extracted, title: document.name } };
  });
}

async function readSite(deps: ReadingDeps, document: KnowledgeDocument, control: ReadingControl): Promise<Source> {
  const { signal, step, progress } = control;
  const { sitePagesMax, siteTimeMsMax } = deps.config.reading;
  const { kind, url, crawl } = document;
  if (url === null) throw new ExtractionError('There is no address to read from. Enter one.');
  await step('fetching');
  const { pagesMax, depthMax } =
    kind === 'page' ? { pagesMax: 1, depthMax: 0 } : (crawl ?? { pagesMax: sitePagesMax, depthMax: 0 });
  const extracted = await deps.readers.crawl({
    url,
    pagesMax: Math.min(pagesMax, sitePagesMax),
    depthMax,
    timeMsMax: siteTimeMsMax,
    signal,
    progress,
  });
  return { extracted };
}

/** A pair is one part and one passage, with its question as the heading, so that the same question finds it first. */
function readPairs({ name, content }: KnowledgeDocument): Source {
  const pairs = content?.pairs ?? [];
  if (pairs.length === 0) throw new ExtractionError('There are no questions in it. Enter some with their answers.');
  const parts = pairs.map(
    ({ question, answer }, index): ExtractedPart => ({
      number: index + 1,
      title: question,
      page: null,
      url: null,
      text: answer,
      headings: [],
    }),
  );
  const chunks = parts.map(
    ({ number, title, text }): CutChunk => ({
      partNumber: number,
      page: null,
      url: null,
      titlePath: [title],
      start: 0,
      end: text.length,
      text,
    }),
  );
  const wordCount = pairs.reduce((sum, { question, answer }) => sum + countWords(question) + countWords(answer), 0);
  return { extracted: { title: name, language: null, parts, wordCount, warnings: [] }, chunks };
}
