import type { ClientId } from '../../../shared/ids.ts';
import type { Bus } from '../../events/bus.ts';
import type { JobContext, JobHandler } from '../../jobs/job-handler.ts';
import type { Embedder } from '../../lib/embeddings.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { meaningOf } from './ingest/stage-vectors.ts';

const batchMax = 64;
const firstDelayMs = 30_000;

/** Says what those passages of a document mean that have no vector: their text was put right since it was read. */
export function createEmbedHandler({ embedder }: { embedder?: Embedder | undefined }): JobHandler {
  async function run(clientId: ClientId, documentId: string, { storage, signal, hold }: JobContext): Promise<void> {
    if (!embedder) return;
    const { model } = embedder;
    for (;;) {
      const chunks = await storage.forClient(clientId).chunks.withoutVector(documentId, { model, limit: batchMax });
      if (chunks.length === 0) return;
      const embedded = await embedder.embed(chunks.map(meaningOf), { signal });
      const vectors = chunks.map(({ id, text }, at) => ({ chunkId: id, text, values: embedded[at]! }));
      await hold((scope) => scope.forClient(clientId).chunks.keepVectors(model, vectors));
    }
  }

  return {
    atOnce: 1,
    attemptsMax: 6,
    retryDelayMs: (attempt) => firstDelayMs * 4 ** (attempt - 1),
    run: ({ clientId, subjectId }, context) => run(clientId, subjectId, context),
    // They are found by their words, until the document is read again.
    giveUp: async (_job, { finish }) => void (await finish(async () => undefined)),
  };
}

/** Has done what `createEmbedHandler` does. Call it with the storage of a transaction, and `announceEmbedding` after. */
export async function queueEmbedding(own: ClientStorage, documentId: string): Promise<void> {
  await own.jobs.enqueue({ kind: 'embed', subjectId: documentId });
}

export function announceEmbedding(bus: Bus, clientId: ClientId, documentId: string): void {
  bus.publish('job.changed', { clientId, kind: 'embed', subjectId: documentId });
}
