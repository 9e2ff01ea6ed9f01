import type { Chunk } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { announceEmbedding, queueEmbedding } from './embed-chunks.ts';
import { type KnowledgeActor, recordKnowledgeChange } from './record-knowledge-change.ts';

export interface Correction {
  chunkId: string;
  /** Null: back to what the document says; left out: as it is. */
  text?: string | null | undefined;
  hidden?: boolean | undefined;
}

/** Puts a passage right or hides it; answers see it so at once. @throws NotFoundError `chunk` */
export async function correctChunk(
  { storage, bus, embedder }: Pick<Deps, 'storage' | 'bus' | 'embedder'>,
  actor: KnowledgeActor,
  { chunkId, text, hidden }: Correction,
): Promise<Chunk> {
  const { clientId } = actor.caller;
  const isEmbedded = embedder !== undefined && text !== undefined;
  const corrected = await storage.transaction(async (scope) => {
    const own = scope.forClient(clientId);
    const change = { ...(text !== undefined && { text }), ...(hidden !== undefined && { hidden }) };
    const chunk = await own.chunks.update(chunkId, change);
    const { id: targetId, documentId, number } = chunk;
    await recordKnowledgeChange(own, actor, {
      action: 'passage.corrected',
      targetType: 'chunk',
      targetId,
      details: { documentId, number, fields: Object.keys(change), ...(hidden !== undefined && { hidden }) },
    });
    if (isEmbedded) await queueEmbedding(own, documentId);
    return chunk;
  });
  if (isEmbedded) announceEmbedding(bus, clientId, corrected.documentId);
  return corrected;
}
