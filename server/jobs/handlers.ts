import type { Deps } from '../deps.ts';
import { createAnswering } from '../modules/answers/create-answering.ts';
import { createEmbedHandler } from '../modules/knowledge/embed-chunks.ts';
import { createIngestHandler } from '../modules/knowledge/ingest/ingest-document.ts';
import { createReaders } from '../modules/knowledge/ingest/readers.ts';
import { createRemoveFilesHandler } from '../modules/privacy/file-removal.ts';
import { createRetainHandler } from '../modules/privacy/retain-handler.ts';
import type { JobHandlers } from './job-handler.ts';

/** What is done with each kind of job. */
export function createJobHandlers(deps: Deps): JobHandlers {
  return {
    ingest: createIngestHandler({ ...deps, readers: createReaders(deps) }),
    answer: createAnswering(deps).handler,
    retain: createRetainHandler(deps),
    embed: createEmbedHandler(deps),
    removeFiles: createRemoveFilesHandler(deps),
  };
}
