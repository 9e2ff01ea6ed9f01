import type { Job } from '../../../../shared/schema.ts';
import type { CutChunk } from '../../../extract/cut.ts';
import type { ExtractedPart } from '../../../extract/extracted.ts';
import type { JobContext } from '../../../jobs/job-handler.ts';
import type { Staged } from '../../../storage/repositories/documents.ts';

/** A transaction at most holds so many rows, or so many characters. */
const rowsMax = 500;
const charsMax = 1_000_000;

interface Staging {
  job: Job;
  context: Pick<JobContext, 'hold'>;
  progress(done: number, total: number): void;
}

/**
 * Builds a version of a document beside the one that answers, with what it is found by, and answers its number. `language`
 * is the one it will be published with. @throws JobLostError
 */
export async function stageSource(
  { job, context, progress }: Staging,
  { parts, chunks, language }: { parts: ExtractedPart[]; chunks: CutChunk[]; language: string | null },
): Promise<number> {
  const { clientId, subjectId } = job;
  const version = await context.hold((scope) => scope.forClient(clientId).documents.beginVersion(subjectId));
  const total = parts.length + chunks.length;
  let done = 0;
  const stage = async (content: Staged) => {
    await context.hold((scope) => scope.forClient(clientId).documents.stage(subjectId, version, content));
    done += (content.parts ?? content.chunks ?? []).length;
    progress(done, total);
  };
  for (const batch of inBatches(parts)) {
    await stage({ parts: batch.map(({ headings: _, ...part }) => part) });
  }
  const numbered = chunks.map((chunk, index) => ({ ...chunk, number: index + 1 }));
  for (const batch of inBatches(numbered)) await stage({ chunks: batch, language });
  return version;
}

function* inBatches<T extends { text: string }>(items: T[]): Generator<T[]> {
  let batch: T[] = [];
  let chars = 0;
  for (const item of items) {
    if (batch.length > 0 && (batch.length === rowsMax || chars + item.text.length > charsMax)) {
      yield batch;
      batch = [];
      chars = 0;
    }
    batch.push(item);
    chars += item.text.length;
  }
  if (batch.length > 0) yield batch;
}
