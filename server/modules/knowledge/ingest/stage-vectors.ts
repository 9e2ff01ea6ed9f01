import type { Job } from '../../../../shared/schema.ts';
import type { CutChunk } from '../../../extract/cut.ts';
import type { JobContext } from '../../../jobs/job-handler.ts';
import { type Embedder, EmbeddingError } from '../../../lib/embeddings.ts';

const batchMax = 64;
/** Models for embeddings read some 8,000 tokens; a passage is far shorter. */
const charsMax = 8_000;

/** A passage with its titles, as a model for embeddings reads it. */
export function meaningOf({ titlePath, text }: { titlePath: readonly string[]; text: string }): string {
  return `${titlePath.join(' › ')}\n${text}`.slice(0, charsMax);
}

/**
 * Says what the chunks of a staged version mean. Answers what its owner is to know when the endpoint failed: the chunks
 * that have no vector are found by their words. @throws JobLostError
 */
export async function stageVectors(
  { job, context, embedder }: { job: Job; context: Pick<JobContext, 'hold' | 'signal' | 'log'>; embedder: Embedder },
  version: number,
  chunks: readonly CutChunk[],
): Promise<string | undefined> {
  const { clientId, subjectId } = job;
  const { signal } = context;
  for (let from = 0; from < chunks.length; from += batchMax) {
    const batch = chunks.slice(from, from + batchMax);
    const texts = batch.map(meaningOf);
    try {
      const embedded = await embedder.embed(texts, { signal });
      const vectors = embedded.map((values, at) => ({ number: from + at + 1, values }));
      await context.hold((scope) =>
        scope.forClient(clientId).documents.stageVectors(subjectId, version, embedder.model, vectors),
      );
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof EmbeddingError)) throw error;
      context.log.warn({ event: 'embedding.failed', documentId: subjectId, reason: error.message });
      return from === 0
        ? 'It is found by its words only, for the service for meanings did not answer; read it again later.'
        : 'Parts of it are found by their words only, for the service for meanings failed; read it again later.';
    }
  }
  return undefined;
}
