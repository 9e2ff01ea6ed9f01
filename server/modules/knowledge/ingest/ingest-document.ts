import type { Job, KnowledgeDocument } from '../../../../shared/schema.ts';
import type { Deps } from '../../../deps.ts';
import type { Bus } from '../../../events/bus.ts';
import { type ExtractedPart, ExtractionError } from '../../../extract/extracted.ts';
import { FileStoreError } from '../../../files/file-store-error.ts';
import type { JobContext, JobHandler } from '../../../jobs/job-handler.ts';
import type { DocumentsRepository, Published } from '../../../storage/repositories/documents.ts';
import { detectLanguage } from '../../../text/detect-language.ts';
import { nameOfAddress } from '../create-document.ts';
import { announceEmbedding, queueEmbedding } from '../embed-chunks.ts';
import { type ReadingDeps, readSource, type Source } from './read-source.ts';
import { createReadingProgress, type ReadingProgress } from './reading-progress.ts';
import { stageSource } from './stage-source.ts';
import { stageVectors } from './stage-vectors.ts';

const retryDelaysMs = [5_000, 30_000];

/**
 * Reads a document and lets it answer: builds a version beside the one that answers and puts it in its place in one step.
 * What cannot be read ends `failed`, with a reason for the owner; the version before goes on answering.
 */
export function createIngestHandler(deps: ReadingDeps & Pick<Deps, 'embedder'> & { bus: Bus }): JobHandler {
  const { bus, embedder } = deps;

  async function run(job: Job, context: JobContext): Promise<void> {
    const document = await context.storage.forClient(job.clientId).documents.find(job.subjectId);
    if (!document) return;
    const progress = createReadingProgress(job, context, bus);
    try {
      await read(document, { job, context, progress });
    } catch (error) {
      if (context.signal.aborted || !(error instanceof ExtractionError)) throw error;
      await progress.settle();
      await fail(job, context, error.reason);
    } finally {
      await progress.settle();
    }
  }

  async function read(document: KnowledgeDocument, { job, context, progress }: Reading): Promise<void> {
    const source = await readSource(deps, document, {
      signal: context.signal,
      step: progress.step,
      progress: progress.note,
    });
    await progress.step('chunking');
    const chunks = source.chunks ?? (await deps.readers.cut(source.extracted));
    if (chunks.length === 0) throw new ExtractionError('There is no text in it that could answer anything.');
    await progress.step('indexing');
    const { parts } = source.extracted;
    const language = source.extracted.language ?? languageOf(parts);
    const version = await stageSource({ job, context, progress: progress.note }, { parts, chunks, language });
    const unmeant = embedder && (await stageVectors({ job, context, embedder }, version, chunks));
    await progress.settle();
    let isCorrected = false;
    const published = await context.finish(async (scope) => {
      const own = scope.forClient(job.clientId);
      await takeOver(own.documents, document.id, source);
      const done = await own.documents.publish(document.id, version, publishedOf(source, language, unmeant));
      // What was put right before has a text of its own.
      if (embedder && unmeant === undefined) {
        const lacking = await own.chunks.withoutVector(document.id, { model: embedder.model, limit: 1 });
        isCorrected = lacking.length > 0;
      }
      if (isCorrected) await queueEmbedding(own, document.id);
      return done;
    });
    bus.publish('document.changed', { clientId: job.clientId, document: published });
    if (isCorrected) announceEmbedding(bus, job.clientId, document.id);
  }

  async function fail(job: Job, context: JobContext, statusReason: string): Promise<void> {
    const document = await context.finish(async (scope) => {
      const { documents } = scope.forClient(job.clientId);
      // What was built so far goes.
      await documents.beginVersion(job.subjectId);
      return documents.update(job.subjectId, { status: 'failed', statusReason, progress: 0 });
    });
    bus.publish('document.changed', { clientId: job.clientId, document });
  }

  return {
    atOnce: 2,
    attemptsMax: retryDelaysMs.length + 1,
    retryDelayMs: (attempt) => retryDelaysMs[attempt - 1] ?? 0,
    run,
    giveUp: (job, context, error) => fail(job, context, reasonOf(error)),
  };
}

interface Reading {
  job: Job;
  context: JobContext;
  progress: ReadingProgress;
}

function reasonOf(error: unknown): string {
  if (error === undefined) {
    return 'The server ended each time while it was read. Split it into smaller documents, or try again.';
  }
  if (error instanceof FileStoreError) return 'The store of files could not be reached. Try again later.';
  return 'Something went wrong on our side while it was read; the server’s log has it. Try again later.';
}

/** What is known of the document only now. */
async function takeOver(documents: DocumentsRepository, id: string, { extracted, mediaType }: Source): Promise<void> {
  const current = await documents.find(id);
  const isUnnamed = current?.url && current.name === nameOfAddress(current.url);
  const name = isUnnamed ? titleOf(extracted.title) : undefined;
  if (name === undefined && mediaType === undefined) return;
  await documents.update(id, { ...(name !== undefined && { name }), ...(mediaType !== undefined && { mediaType }) });
}

function titleOf(title: string | null): string | undefined {
  const line = title?.replace(/\s+/g, ' ').trim().slice(0, 200);
  return line === '' ? undefined : line?.replace(/[\ud800-\udbff]$/, '');
}

/** `unmeant`: why passages are found by their words only. */
function publishedOf({ extracted }: Source, language: string | null, unmeant: string | undefined): Published {
  const { parts, wordCount, warnings } = extracted;
  const known = unmeant === undefined ? warnings : [unmeant, ...warnings];
  const statusReason = known.length > 0 ? known.join(' ').slice(0, 1_000) : null;
  return { pageCount: parts.length, wordCount, language, statusReason };
}

/** As the first parts are written; null when nothing tells. */
function languageOf(parts: ExtractedPart[]): string | null {
  const sample = parts
    .slice(0, 20)
    .map(({ title, text }) => `${title}\n${text.slice(0, 1_000)}`)
    .join('\n');
  const { language, margin } = detectLanguage(sample);
  return language === 'und' || margin <= 0 ? null : language;
}
