import type { ClientId } from '../../../shared/ids.ts';
import { confidenceOf } from '../../retrieval/confidence.ts';
import { confidenceWith, placed } from '../../retrieval/fusion.ts';
import { comparedNumbersMax, type Near, Nearest } from '../../retrieval/nearest.ts';
import type { PassageQuery, PassagesRepository } from '../repositories/passages.ts';
import type { MemContext } from './mem-context.ts';
import type { MemTransaction } from './mem-database.ts';
import { chunks, documents, passageVectors } from './mem-knowledge-tables.ts';
import { catchUpPassages, passageIndexOf } from './mem-passage-index.ts';
import { idOf, ownedKey } from './mem-values.ts';

export function createPassages({ read }: MemContext, clientId: ClientId): PassagesRepository {
  return {
    async search(query) {
      await catchUpPassages((look) => read(look), clientId);
      return read((tx) => {
        const documentIds = query.documentIds?.map(idOf);
        const { ranking, ranked } = passageIndexOf(tx, clientId).search({ ...query, documentIds });
        const nearest = findNearest(tx, clientId, query);
        const near = nearest ?? [];
        const hits = placed(ranked, near, query.limit).map(({ id, ...found }) => {
          const chunk = tx.of(chunks).get(ownedKey(clientId, id))!;
          const documentName = tx.of(documents).get(ownedKey(clientId, chunk.documentId))!.name;
          return { chunk, documentName, ...found };
        });
        const confidence = confidenceWith(confidenceOf(ranking, ranked), near, query.vector?.floor);
        const wordsOnly = nearest === undefined && { wordsOnly: 'tooMany' as const };
        return { hits, confidence, terms: ranking.terms, ...wordsOnly };
      });
    },
  };
}

function findNearest(
  tx: MemTransaction,
  clientId: ClientId,
  { vector, documentIds }: PassageQuery,
): Near[] | undefined {
  if (vector === undefined) return [];
  const comparedMax = Math.floor(comparedNumbersMax / vector.values.length);
  const wanted = documentIds && new Set(documentIds.map(idOf));
  const nearest = new Nearest(vector);
  let compared = 0;
  for (const row of tx.of(passageVectors).scan('client', clientId)) {
    if (row.model !== vector.model || (wanted && !wanted.has(row.documentId))) continue;
    if (++compared > comparedMax) return undefined;
    const chunk = tx.of(chunks).get(ownedKey(clientId, row.chunkId))!;
    const document = tx.of(documents).get(ownedKey(clientId, chunk.documentId))!;
    if (chunk.hidden || chunk.version !== document.version) continue;
    // As Postgres keeps them, so that both storages come to the same order.
    nearest.compare(row.chunkId, Float32Array.from(row.vector));
  }
  return nearest.list();
}
